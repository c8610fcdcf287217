CREATE TABLE t (id int PRIMARY KEY, x numeric CHECK (x < 20.6));
INSERT INTO t SELECT n, n + 0.55 FROM generate_series(1, 20) n;
