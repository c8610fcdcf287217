DROP FUNCTION ft(int);
CREATE FUNCTION ft(bigint) RETURNS int LANGUAGE sql immutable AS 'select ($1+10)::int';
UPDATE t SET a = ft(a);
