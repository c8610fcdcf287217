-- expect: drop-unique-index
-- because: No constraint owns this index, so it can go without a lock; duplicates come in and ON CONFLICT (email) fails.
-- observed: SHARE UPDATE EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_key ON users (email);
-- migration
DROP INDEX CONCURRENTLY users_email_key;
