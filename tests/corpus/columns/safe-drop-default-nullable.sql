-- expect: nothing
-- because: The column is nullable: without a default it is NULL.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';
ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;
