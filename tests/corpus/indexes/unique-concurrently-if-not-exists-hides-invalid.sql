-- expect: concurrent-if-not-exists
-- because: An invalid unique index of that name counts as existing, and proves nothing about the rows before it.
-- observed: SHARE UPDATE EXCLUSIVE on users; leaves users_email_key invalid
-- setup, unknown to the linter
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_key ON users (email);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_email_key'::regclass;
-- migration
create unique index concurrently if not exists users_email_key on users (email);
