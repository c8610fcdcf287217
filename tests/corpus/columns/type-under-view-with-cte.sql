-- expect: column-has-dependents
-- because: A CTE reads the column.
-- observed: fails 0A000
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW big AS WITH x AS (SELECT id, note FROM orders WHERE amount > 10) SELECT id FROM x;
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
