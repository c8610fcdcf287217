-- expect: nothing
-- because: The author has seen it, and says why it is all right.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
-- midflight: allow drop-column because no release has read users.name since March
ALTER TABLE users DROP COLUMN name;
