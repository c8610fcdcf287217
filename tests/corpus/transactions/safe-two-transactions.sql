-- expect: nothing
-- because: Each transaction locks one table.
-- observed: ACCESS EXCLUSIVE on orders; ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
BEGIN; ALTER TABLE users ADD COLUMN phone text; COMMIT;
START TRANSACTION; ALTER TABLE orders ADD COLUMN phone text; END;
