-- expect: nothing
-- also: dynamic-sql
-- because: dropped by a loop in the same file
-- observed: ACCESS EXCLUSIVE on users; ACCESS EXCLUSIVE on v
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text, age int, created_at timestamp, active boolean, balance numeric(10,2));
CREATE VIEW v AS SELECT email FROM users;
-- migration
DO $$ DECLARE r record; BEGIN FOR r IN SELECT viewname FROM pg_views WHERE schemaname = 'public' LOOP EXECUTE 'DROP VIEW ' || quote_ident(r.viewname); END LOOP; END $$;
ALTER TABLE users ALTER COLUMN email TYPE text;
