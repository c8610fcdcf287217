CREATE TABLE customers (id int PRIMARY KEY, full_name text NOT NULL);
CREATE VIEW totals AS SELECT id, full_name FROM customers;
CREATE VIEW over AS SELECT * FROM totals;
