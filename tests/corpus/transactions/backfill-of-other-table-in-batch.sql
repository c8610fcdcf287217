-- expect: long-work-under-lock
-- because: The lock on one table is held while rows of another are copied.
-- transaction: batch
-- observed: ACCESS EXCLUSIVE on users; ROW EXCLUSIVE on orders_archive; reads orders
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
CREATE TABLE orders_archive (LIKE orders);
-- migration
ALTER TABLE users ADD COLUMN archived boolean NOT NULL DEFAULT false;
INSERT INTO orders_archive SELECT * FROM orders WHERE amount < 100;
