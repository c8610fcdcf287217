-- expect: set-not-null-scans
-- because: ADD CONSTRAINT .. NOT NULL without NOT VALID reads the whole table under ACCESS EXCLUSIVE.
-- pg: 18
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD CONSTRAINT users_name_nn NOT NULL name;
