-- expect: add-column-volatile-default
-- because: One volatile function makes the whole expression volatile.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE "users"
    ADD COLUMN "locale" text DEFAULT 'en',
    ADD COLUMN "bucket" integer NOT NULL DEFAULT (floor(random() * 100))::int;
