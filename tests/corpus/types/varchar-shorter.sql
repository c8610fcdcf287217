-- expect: change-type-narrows
-- also: change-type-rewrites
-- because: A shorter limit rewrites the table, and fails at the first value that is too long.
-- observed: fails 22001
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ALTER COLUMN email TYPE varchar(3);
