-- expect: add-unique-builds-index
-- because: The index is built under ACCESS EXCLUSIVE until COMMIT.
-- observed: ACCESS EXCLUSIVE on users; builds users_email_unique
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
BEGIN;

ALTER TABLE users ADD COLUMN IF NOT EXISTS username VARCHAR(64);
ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE (email);

COMMIT;
