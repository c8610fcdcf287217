-- expect: advice:index-replaced-drop-first
-- because: Until the new index is there, duplicates come in and lookups scan.
-- observed: SHARE UPDATE EXCLUSIVE on users; builds users_email_unique
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_idx ON users (email);
-- migration
DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;
CREATE UNIQUE INDEX CONCURRENTLY users_email_unique ON users (email);
