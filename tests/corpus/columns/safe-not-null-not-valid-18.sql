-- expect: nothing
-- because: NOT VALID reads nothing, and VALIDATE reads under SHARE UPDATE EXCLUSIVE.
-- pg: 18
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD CONSTRAINT users_name_nn NOT NULL name NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_name_nn;
