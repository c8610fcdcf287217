-- expect: add-foreign-key-scans
-- because: With a default there are values to check: the table is scanned under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on orders; SHARE ROW EXCLUSIVE on customers; scans customers; scans orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
INSERT INTO customers VALUES (1, 'house');
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
ALTER TABLE orders ADD COLUMN seller_id bigint DEFAULT 1 REFERENCES customers (id);
