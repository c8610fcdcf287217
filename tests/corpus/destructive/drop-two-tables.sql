-- expect: drop-table
-- also: wide-lock-window
-- because: Both are dropped.
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
DROP TABLE IF EXISTS "orders", "users" RESTRICT;
