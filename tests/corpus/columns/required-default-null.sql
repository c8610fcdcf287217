-- expect: add-column-required
-- because: DEFAULT NULL is no default.
-- observed: fails 23502
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN plan text DEFAULT NULL NOT NULL;
