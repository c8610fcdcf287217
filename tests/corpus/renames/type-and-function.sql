-- expect: rename-object
-- because: Casts to the type and calls of the function fail.
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE FUNCTION slug(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)';
-- migration
ALTER TYPE mood RENAME TO feeling;
ALTER FUNCTION slug(text) RENAME TO slugify;
