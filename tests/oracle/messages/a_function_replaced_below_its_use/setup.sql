CREATE FUNCTION mark(text) RETURNS text LANGUAGE sql AS 'SELECT ''a'' || $1';
CREATE TABLE t (id int PRIMARY KEY, b text);
INSERT INTO t SELECT n, 'q' FROM generate_series(1, 5) n;
