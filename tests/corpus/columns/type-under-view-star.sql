-- expect: column-has-dependents
-- because: * stands for every column that there was.
-- observed: fails 0A000
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW all_orders AS SELECT * FROM orders;
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
