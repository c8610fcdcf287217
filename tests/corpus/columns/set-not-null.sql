-- expect: set-not-null-scans
-- because: SET NOT NULL reads the whole table under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on users; scans users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
