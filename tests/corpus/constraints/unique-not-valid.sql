-- expect: not-valid-unsupported
-- also: add-unique-builds-index
-- because: UNIQUE knows no NOT VALID.
-- observed: fails 0A000
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email) NOT VALID;
