-- expect: long-work-under-lock
-- because: MERGE goes through the table while its ACCESS EXCLUSIVE is held.
-- pg: 15
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
BEGIN;
ALTER TABLE orders ADD COLUMN customer_name text;
MERGE INTO orders o USING customers c ON c.id = o.customer_id WHEN MATCHED THEN UPDATE SET customer_name = c.name;
COMMIT;
