-- expect: nothing
-- because: A nullable column without default is a change of the catalog.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN phone varchar(32);
