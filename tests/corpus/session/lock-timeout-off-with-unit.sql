-- expect: lock-timeout-disabled
-- because: 0s is no limit either.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
set session lock_timeout to '0s';
alter table users add column phone text;
