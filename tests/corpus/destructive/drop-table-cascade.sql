-- expect: drop-table, drop-cascade
-- because: CASCADE takes views and foreign keys along that the file doesn't name.
-- observed: ACCESS EXCLUSIVE on customer_names; ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
CREATE VIEW customer_names AS SELECT id, name FROM customers;
-- migration
DROP TABLE customers CASCADE;
