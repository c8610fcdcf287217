CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(replace($1, '' '', ''-''))';
ALTER TABLE t ADD COLUMN slug text;
UPDATE t SET slug = slug(name);
ALTER TABLE t ALTER COLUMN slug SET NOT NULL;
DROP FUNCTION slug(text);
