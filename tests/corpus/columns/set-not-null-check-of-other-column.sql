-- expect: set-not-null-scans
-- because: The valid CHECK proves another column.
-- observed: ACCESS EXCLUSIVE on users; scans users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD CONSTRAINT created_given CHECK (created_at IS NOT NULL);
-- migration
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
