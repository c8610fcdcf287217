-- expect: reindex-blocks-access
-- because: (CONCURRENTLY false) is a plain REINDEX.
-- observed: ACCESS EXCLUSIVE on users_pkey; SHARE on users; builds users_pkey
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
REINDEX (VERBOSE, CONCURRENTLY false) TABLE users;
