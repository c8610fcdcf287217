-- expect: advice:rename-index-through-table
-- because: Planning a SELECT opens every index of the table, so it waits as well.
-- observed: ACCESS EXCLUSIVE on users_name_idx
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_name_idx ON users (name);
-- migration
alter table if exists public.users_name_idx rename to users_by_name;
