-- expect: set-not-null-scans
-- because: The check that would have proved it was dropped by an earlier migration.
-- observed: ACCESS EXCLUSIVE on users; scans users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD CONSTRAINT name_given CHECK (name IS NOT NULL);
ALTER TABLE users DROP CONSTRAINT name_given;
-- migration
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
