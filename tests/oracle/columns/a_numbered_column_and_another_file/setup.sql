CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL);
INSERT INTO t SELECT n, n FROM generate_series(1, 50) n;
