-- expect: column-has-dependents
-- also: change-type-rewrites
-- because: The view follows the rename.
-- observed: fails 0A000
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW ages AS SELECT age FROM users;
ALTER TABLE users RENAME COLUMN age TO years;
-- migration
ALTER TABLE users ALTER COLUMN years TYPE bigint;
