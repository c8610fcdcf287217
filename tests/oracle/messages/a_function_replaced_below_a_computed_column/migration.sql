ALTER TABLE a ADD COLUMN z int;
UPDATE a SET z = f(k);
CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql immutable AS 'select $1+100';
