-- expect: add-column-volatile-default
-- because: One volatile default among constant ones rewrites the table.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users
  ADD COLUMN a integer DEFAULT 0,
  ADD COLUMN b timestamptz DEFAULT now(),
  ADD COLUMN token text DEFAULT md5(random()::text), -- for links
  ADD COLUMN d boolean NOT NULL DEFAULT false;
