CREATE FUNCTION f(int) RETURNS text LANGUAGE sql immutable AS 'select ''a''||$1';
CREATE TABLE a(id int PRIMARY KEY, k int DEFAULT 3);
INSERT INTO a VALUES(1,1),(2,NULL);
