-- expect: move-schema
-- because: Callers look for the function where it was.
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE SCHEMA util;
CREATE FUNCTION slug(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)';
-- migration
ALTER FUNCTION slug(text) SET SCHEMA util;
