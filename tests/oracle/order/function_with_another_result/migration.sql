DROP FUNCTION IF EXISTS sales."Worth"(integer);
CREATE OR REPLACE FUNCTION sales."Worth"(n integer) RETURNS text LANGUAGE sql AS 'SELECT n::text';
COMMENT ON FUNCTION sales."Worth"(integer) IS 'as text';
GRANT EXECUTE ON FUNCTION sales."Worth"(integer) TO pg_monitor;
