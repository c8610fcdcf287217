-- expect: required-by-constraint
-- also: set-not-null-scans, update-all-rows
-- because: The old release does not write the column, so its INSERTs fail once it is NOT NULL.
-- observed: ACCESS EXCLUSIVE on users; reads users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN plan text;
UPDATE users SET plan = 'free' WHERE plan IS NULL;
ALTER TABLE users ADD CONSTRAINT plan_set CHECK (plan IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT plan_set;
ALTER TABLE users ALTER COLUMN plan SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT plan_set;
