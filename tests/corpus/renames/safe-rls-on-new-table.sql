-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE secrets (id bigint PRIMARY KEY, owner text NOT NULL);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
