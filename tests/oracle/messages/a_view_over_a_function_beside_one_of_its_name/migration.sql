DROP FUNCTION ft(int);
CREATE FUNCTION ft(bigint) RETURNS bigint LANGUAGE sql immutable AS 'select $1+10';
CREATE VIEW v AS SELECT ft(a) FROM t;
