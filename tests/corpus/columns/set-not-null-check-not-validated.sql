-- expect: set-not-null-scans
-- because: A NOT VALID check proves nothing about the rows that were there before.
-- observed: ACCESS EXCLUSIVE on users; scans users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD CONSTRAINT name_given CHECK (name IS NOT NULL) NOT VALID;
-- migration
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
