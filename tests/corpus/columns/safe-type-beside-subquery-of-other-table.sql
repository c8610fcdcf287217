-- expect: nothing
-- because: same column name of the other table in a subquery
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
ALTER TABLE users ADD COLUMN note varchar(9);
CREATE VIEW v AS SELECT id FROM users WHERE id IN (SELECT user_id FROM orders WHERE orders.note = 'x');
-- migration
ALTER TABLE users ALTER COLUMN note TYPE text;
