-- expect: nothing
-- because: The key comes back under its name with another action, NOT VALID, and is validated after.
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders; reads customers; reads orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer_fk REFERENCES customers (id));
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
-- migration
ALTER TABLE orders DROP CONSTRAINT orders_customer_fk, ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
