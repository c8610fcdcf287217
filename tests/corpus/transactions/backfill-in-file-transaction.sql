-- expect: long-work-under-lock
-- also: update-all-rows
-- because: The runner's transaction holds ACCESS EXCLUSIVE during the join.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; reads customers; scans orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
ALTER TABLE orders ADD COLUMN customer_name text;
UPDATE orders SET customer_name = customers.name FROM customers WHERE customers.id = orders.customer_id;
