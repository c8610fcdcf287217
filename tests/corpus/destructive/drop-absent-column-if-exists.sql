-- expect: drop-column
-- because: IF EXISTS takes ACCESS EXCLUSIVE though there is nothing to drop, and nobody knows on production.
-- observed: ACCESS EXCLUSIVE on users
-- setup, unknown to the linter
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users DROP COLUMN IF EXISTS nickname;
