-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE prices (id integer PRIMARY KEY, price integer);
ALTER TABLE prices ALTER COLUMN id TYPE bigint, ALTER COLUMN price TYPE numeric(10,2);
