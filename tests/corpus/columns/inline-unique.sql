-- expect: add-unique-builds-index
-- because: The index is built under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on users; builds users_handle_key
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN handle text UNIQUE;
