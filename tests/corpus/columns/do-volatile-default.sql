-- expect: add-column-volatile-default
-- also: dynamic-sql
-- because: Inside a DO block the table is rewritten all the same.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
DO $body$
BEGIN
  ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
EXCEPTION WHEN duplicate_column THEN
  RAISE NOTICE 'users.token exists';
END;
$body$ LANGUAGE plpgsql;
