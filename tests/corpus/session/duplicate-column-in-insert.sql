-- expect: duplicate-column
-- because: The column is named twice.
-- observed: fails 42701
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
INSERT INTO customers (id, name, name) VALUES (900001, 'a', 'b');
