-- expect: column-has-dependents
-- because: renamed table
-- observed: fails 0A000
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW v AS SELECT email FROM users;
ALTER TABLE users RENAME TO people;
-- migration
ALTER TABLE people ALTER COLUMN email TYPE text;
