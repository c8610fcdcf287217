-- expect: truncate-cascade
-- also: wide-lock-window
-- because: Every table with a foreign key to it is emptied too.
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders; rewrites customers; rewrites orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
-- migration
TRUNCATE customers CASCADE;
