-- expect: nothing
-- because: Backslashes escape in E'' only.
-- observed: ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
INSERT INTO customers (id, name) VALUES (900001, E'it\'s; DROP TABLE customers; --'), (900002, '\'), (900003, ''';DELETE FROM customers');
