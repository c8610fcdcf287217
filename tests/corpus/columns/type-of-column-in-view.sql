-- expect: column-has-dependents
-- because: A view reads the column, under an alias.
-- observed: fails 0A000
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW active_users AS SELECT u.id, u.email FROM users u WHERE u.active;
-- migration
ALTER TABLE "users" ALTER COLUMN "email" TYPE text;
