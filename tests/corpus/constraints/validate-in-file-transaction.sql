-- expect: validate-under-strong-lock
-- because: The runner's transaction keeps SHARE ROW EXCLUSIVE on both tables while VALIDATE reads.
-- transaction: file
-- observed: SHARE ROW EXCLUSIVE on customers; SHARE ROW EXCLUSIVE on orders; scans customers; scans orders
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
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
