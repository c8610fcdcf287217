DROP VIEW totals; DROP INDEX cn; DROP INDEX cu;
ALTER TABLE customers ADD first_name text, ADD last_name text;
UPDATE customers SET first_name=split_part(full_name, ' ', 1), last_name=split_part(full_name, ' ', 2);
ALTER TABLE customers ALTER first_name SET NOT NULL, ALTER last_name SET NOT NULL, DROP full_name;
CREATE INDEX cn ON customers (last_name, first_name);
CREATE VIEW totals AS SELECT id, concat_ws(' ', first_name, last_name) AS full_name FROM customers;
