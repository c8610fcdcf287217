-- expect: nothing
-- because: The last definition counts.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW mails AS SELECT id, email FROM users;
DROP VIEW mails;
CREATE VIEW mails AS SELECT id, name FROM users;
-- migration
ALTER TABLE users ALTER COLUMN email TYPE text;
