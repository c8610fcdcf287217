-- expect: nothing
-- because: note is the name of what comes out; the column of that name is not read.
-- observed: ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW n AS SELECT id, state AS note FROM orders ORDER BY note;
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
