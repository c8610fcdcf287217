-- expect: change-type-rewrites
-- because: A USING expression that is not the plain cast is computed for each row.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ALTER COLUMN email TYPE text USING lower(email);
