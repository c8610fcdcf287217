CREATE TABLE t (id int PRIMARY KEY, a text, b int, "Mixed" int); INSERT INTO t SELECT n, CASE WHEN n%3>0 THEN chr(65+n%26) END, n%5, n FROM generate_series(1,1500) n;
CREATE TABLE o (tid int, v text); INSERT INTO o SELECT n, 'v'||n FROM generate_series(1,200) n;
