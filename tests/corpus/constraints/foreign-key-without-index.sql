-- expect: advice:foreign-key-missing-index
-- because: Each DELETE of a customer reads all orders.
-- observed: SHARE ROW EXCLUSIVE on customers; SHARE ROW EXCLUSIVE on orders
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
