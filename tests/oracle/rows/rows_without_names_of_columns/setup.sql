CREATE TABLE t (id int PRIMARY KEY, b int, c int);
INSERT INTO t SELECT n, n, n FROM generate_series(1, 9) n;
CREATE TABLE u (id int PRIMARY KEY, b int, c int);
INSERT INTO u SELECT n, n, n FROM generate_series(1, 9) n;
