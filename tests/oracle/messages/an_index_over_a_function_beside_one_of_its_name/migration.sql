DROP INDEX ti;
DROP FUNCTION ft(int);
CREATE FUNCTION ft(bigint) RETURNS bigint LANGUAGE sql immutable AS 'select $1+1';
CREATE INDEX ti ON t(ft(a));
