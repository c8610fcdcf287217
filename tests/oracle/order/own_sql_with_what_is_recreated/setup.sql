CREATE TABLE t (id int PRIMARY KEY, status int, spare int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, 50) AS g;
CREATE FUNCTION status() RETURNS int LANGUAGE sql AS 'SELECT 1';
