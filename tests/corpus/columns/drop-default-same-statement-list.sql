-- expect: drop-default
-- because: The column stays NOT NULL and nothing fills it for the old release.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
alter table users add column plan text not null default 'free';
alter table users alter plan drop default;
