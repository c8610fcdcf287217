-- expect: change-type-rewrites
-- because: The domain's check looks at every value, in a rewrite.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE DOMAIN person_name AS text CHECK (length(VALUE) < 200);
-- migration
ALTER TABLE users ALTER COLUMN name TYPE person_name;
