-- expect: drop-dependent-object
-- because: Callers of the function fail.
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE FUNCTION price_with_tax(price integer) RETURNS integer LANGUAGE sql AS 'SELECT price * 119 / 100';
-- migration
DROP FUNCTION IF EXISTS price_with_tax(integer);
