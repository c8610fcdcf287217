-- expect: nothing
-- because: A few rows of VALUES take no time.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false;
INSERT INTO customers (id, name, vip) VALUES (900001, 'house', true);
