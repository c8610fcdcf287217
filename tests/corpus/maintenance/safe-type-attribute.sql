-- expect: nothing
-- because: Without CASCADE the type is used by no table.
-- observed: nothing on existing tables
-- setup
CREATE TYPE point3 AS (x float8, y float8);
-- migration
ALTER TYPE point3 ADD ATTRIBUTE z float8;
