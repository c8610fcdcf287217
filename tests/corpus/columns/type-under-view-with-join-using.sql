-- expect: column-has-dependents
-- because: join using
-- observed: fails 0A000
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE TABLE logins (id bigint, email varchar(100));
CREATE VIEW v AS SELECT count(*) FROM users JOIN logins USING (email);
-- migration
ALTER TABLE users ALTER COLUMN email TYPE text;
