-- expect: column-has-dependents
-- also: change-type-rewrites
-- because: A join in a materialized view, its alias tells whose column it is.
-- observed: fails 0A000
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE MATERIALIZED VIEW totals AS SELECT u.id, sum(o.amount) AS total FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.id;
-- migration
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
