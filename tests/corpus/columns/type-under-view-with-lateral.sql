-- expect: column-has-dependents
-- because: lateral
-- observed: fails 0A000
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW v AS SELECT u.id, x.note FROM users u CROSS JOIN LATERAL (SELECT o.note FROM orders o WHERE o.user_id = u.id LIMIT 1) x;
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
