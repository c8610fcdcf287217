-- expect: change-type-narrows
-- also: change-type-rewrites
-- because: Every value has to be measured, and is written anew.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
