-- expect: nothing
-- because: The function comes back, with another result type, before anyone can miss it.
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE FUNCTION tax(price integer) RETURNS integer LANGUAGE sql AS 'SELECT price * 16 / 100';
-- migration
DROP FUNCTION tax(integer);
CREATE FUNCTION tax(price integer) RETURNS numeric LANGUAGE sql AS 'SELECT price * 0.19';
