-- expect: update-all-rows
-- because: An UPDATE in a CTE writes every row as well.
-- observed: ROW EXCLUSIVE on users; reads users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
WITH done AS (UPDATE users SET name = lower(email) RETURNING id) SELECT count(*) FROM done;
