CREATE TABLE t (id int PRIMARY KEY, size varchar(20));
INSERT INTO t SELECT n, 's' || n FROM generate_series(1, 20) n;
