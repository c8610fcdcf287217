-- expect: index-drop-blocks-access
-- because: IF EXISTS changes nothing about the lock where the index exists.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_name_idx ON users (name);
-- migration
drop index if exists public.users_name_idx;
