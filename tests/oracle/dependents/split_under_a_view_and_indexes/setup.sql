CREATE TABLE customers (id int PRIMARY KEY, full_name text NOT NULL);
INSERT INTO customers VALUES (1, 'First Last');
CREATE VIEW totals AS SELECT id, full_name FROM customers;
CREATE INDEX cn ON customers (full_name); CREATE UNIQUE INDEX cu ON customers (lower(full_name));
