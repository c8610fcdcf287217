-- expect: reindex-blocks-access
-- because: It goes over every table of the schema, one after the other, under SHARE and ACCESS EXCLUSIVE.
-- observed: SHARE on users; builds users_pkey
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
REINDEX SCHEMA public;
