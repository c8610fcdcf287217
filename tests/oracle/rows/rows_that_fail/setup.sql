CREATE TABLE t (id int PRIMARY KEY, b int CHECK (b < 10)); INSERT INTO t SELECT n, n%9 FROM generate_series(1,30) n;
