-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL);
ALTER TABLE notes ALTER COLUMN body DROP NOT NULL;
