CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql immutable AS 'select $1+100';
