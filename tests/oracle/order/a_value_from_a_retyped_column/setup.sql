CREATE TABLE t (id integer PRIMARY KEY, a numeric(10,2));
INSERT INTO t SELECT n, n + 0.55 FROM generate_series(1, 30) n;
