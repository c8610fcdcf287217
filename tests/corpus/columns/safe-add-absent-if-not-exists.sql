-- expect: nothing
-- because: A nullable column, whether it is there already or not.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD COLUMN phone text;
-- migration
ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text;
