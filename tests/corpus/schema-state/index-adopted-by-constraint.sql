-- expect: drop-constraint-owned-index
-- because: Since an earlier migration a constraint owns the index.
-- observed: SHARE UPDATE EXCLUSIVE on users; fails 2BP01
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_idx ON users (email);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;
-- migration
DROP INDEX CONCURRENTLY users_email_key;
