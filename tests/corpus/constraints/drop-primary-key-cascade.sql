-- expect: drop-primary-key, drop-cascade
-- also: drop-constraint
-- because: CASCADE takes the foreign keys of other tables along.
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
-- migration
ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE;
