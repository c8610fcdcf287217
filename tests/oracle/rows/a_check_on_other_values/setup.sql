CREATE TABLE t (id int PRIMARY KEY, status text CONSTRAINT st CHECK (status IN ('a','b'))); INSERT INTO t SELECT n, CASE WHEN n%2=0 THEN 'a' ELSE 'b' END FROM generate_series(1,30) n;
