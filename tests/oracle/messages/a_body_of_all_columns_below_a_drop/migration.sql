ALTER TABLE t DROP COLUMN a;
CREATE FUNCTION f(t) RETURNS text LANGUAGE sql stable AS 'select $1::text';
CREATE FUNCTION g() RETURNS TABLE(id int, b text) LANGUAGE sql begin atomic SELECT * FROM t; end;
