-- expect: add-foreign-key-scans
-- because: Any DEFAULT, even NULL, makes the inline foreign key read the table.
-- observed: ACCESS EXCLUSIVE on orders; SHARE ROW EXCLUSIVE on customers; scans orders
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
ALTER TABLE orders ADD COLUMN seller_id bigint DEFAULT NULL REFERENCES customers;
