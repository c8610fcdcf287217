-- expect: drop-constraint
-- because: The referenced table is locked ACCESS EXCLUSIVE too.
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer_fk REFERENCES customers (id));
-- migration
ALTER TABLE orders DROP CONSTRAINT orders_customer_fk;
