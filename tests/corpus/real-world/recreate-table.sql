-- expect: drop-table
-- because: The table that is dropped is the one in use; the new one is empty.
-- observed: ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
DROP TABLE IF EXISTS orders;
CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric NOT NULL);
CREATE INDEX orders_amount ON orders (amount);
