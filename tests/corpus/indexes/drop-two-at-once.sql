-- expect: index-drop-blocks-access
-- also: wide-lock-window
-- because: Both tables are locked ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE INDEX orders_status_idx ON orders (status);
CREATE INDEX customers_email_idx ON customers (email);
-- migration
DROP INDEX orders_status_idx, customers_email_idx;
