-- expect: column-has-dependents
-- also: drop-column
-- because: The view has to go first.
-- observed: fails 2BP01
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW ages AS SELECT age FROM users;
-- migration
ALTER TABLE users DROP COLUMN age;
