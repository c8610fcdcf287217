-- expect: drop-column, drop-cascade
-- because: The view that reads the column is dropped too.
-- observed: ACCESS EXCLUSIVE on user_names; ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE VIEW user_names AS SELECT id, name FROM users;
-- migration
ALTER TABLE "users" DROP COLUMN "name" CASCADE;
