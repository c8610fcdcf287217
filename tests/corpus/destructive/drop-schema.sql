-- expect: drop-schema
-- because: The schema and what is in it.
-- observed: nothing on existing tables
-- setup
CREATE SCHEMA reporting;
-- migration
DROP SCHEMA reporting;
