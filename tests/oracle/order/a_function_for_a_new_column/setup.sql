CREATE TABLE t (id int PRIMARY KEY, name text);
INSERT INTO t SELECT n, 'Name ' || n FROM generate_series(1, 20) n;
