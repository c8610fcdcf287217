-- expect: nothing
-- because: schema of the view dropped
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE SCHEMA rep;
CREATE VIEW rep.v AS SELECT email FROM users;
DROP SCHEMA rep CASCADE;
-- migration
ALTER TABLE users ALTER COLUMN email TYPE text;
