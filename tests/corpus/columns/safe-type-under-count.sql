-- expect: nothing
-- because: count(*) uses no column.
-- observed: ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW n AS SELECT count(*) AS amount FROM orders;
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
