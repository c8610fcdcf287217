-- expect: nothing
-- because: The runner's transaction holds both together.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE "users" RENAME TO "accounts";
CREATE OR REPLACE VIEW "public"."users" AS SELECT * FROM "accounts";
