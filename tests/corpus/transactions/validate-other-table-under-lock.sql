-- expect: long-work-under-lock
-- because: VALIDATE of one table takes long while the other one is locked.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on users; SHARE UPDATE EXCLUSIVE on orders; reads orders
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
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
-- migration
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
