-- expect: nothing
-- because: renamed view dropped by its new name
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW v AS SELECT email FROM users;
ALTER VIEW v RENAME TO mails;
DROP VIEW mails;
-- migration
ALTER TABLE users ALTER COLUMN email TYPE text;
