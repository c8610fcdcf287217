CREATE FUNCTION f(i int) RETURNS int LANGUAGE sql AS 'select 1';
