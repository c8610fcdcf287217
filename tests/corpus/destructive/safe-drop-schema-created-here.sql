-- expect: nothing
-- because: The schema is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE SCHEMA scratch;
CREATE TABLE scratch.work (id bigint);
DROP SCHEMA scratch CASCADE;
