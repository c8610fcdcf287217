-- expect: set-not-null-scans
-- because: Over a NOT VALID not-null constraint SET NOT NULL scans under ACCESS EXCLUSIVE; VALIDATE would not.
-- pg: 18
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD CONSTRAINT users_name_nn NOT NULL name NOT VALID;
-- migration
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
