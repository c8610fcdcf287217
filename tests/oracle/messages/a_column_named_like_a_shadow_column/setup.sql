CREATE TABLE t (id int PRIMARY KEY, v int, _midflight_v int);
INSERT INTO t SELECT n, n, n FROM generate_series(1, 5) n;
