DROP FUNCTION status();
CREATE FUNCTION status() RETURNS text LANGUAGE sql AS $$ SELECT 'two' $$;
-- midflight: phase contract
UPDATE t SET spare = length(status());
ALTER TABLE t DROP COLUMN status;
