CREATE TABLE t(id int PRIMARY KEY, a int);
INSERT INTO t VALUES(1,2);
CREATE FUNCTION ft(int) RETURNS int LANGUAGE sql immutable AS 'select $1+1';
