-- expect: nothing
-- because: Nobody waits for a new table.
-- transaction: file
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
CREATE TABLE regions (id bigint PRIMARY KEY);
ALTER TABLE regions ADD COLUMN name text;
ALTER TABLE orders ADD COLUMN region_id bigint;
