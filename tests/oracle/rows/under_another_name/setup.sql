CREATE TABLE t (id int PRIMARY KEY, a text, b int, "Mixed" int); INSERT INTO t SELECT n, CASE WHEN n%3>0 THEN chr(65+n%26) END, n%5, n FROM generate_series(1,1500) n;
