CREATE TABLE t (id int PRIMARY KEY, b text DEFAULT 'x');
INSERT INTO t SELECT n, 'q' FROM generate_series(1, 9) n;
