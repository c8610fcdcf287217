-- expect: nothing
-- because: NOT VALID locks both tables for a moment and reads neither.
-- observed: SHARE ROW EXCLUSIVE on customers; SHARE ROW EXCLUSIVE on orders; reads customers; reads orders
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
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
-- migration
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
