-- expect: drop-table
-- because: Every table it references is locked ACCESS EXCLUSIVE as well.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
-- migration
drop table if exists public.orders;
