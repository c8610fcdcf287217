-- expect: nothing
-- because: The column has a valid not-null constraint already.
-- pg: 18
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD CONSTRAINT users_name_nn NOT NULL name NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_name_nn;
-- migration
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
