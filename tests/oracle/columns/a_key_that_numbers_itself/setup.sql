CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL);
INSERT INTO t SELECT n, 'a ' || n FROM generate_series(1, 50) n;
