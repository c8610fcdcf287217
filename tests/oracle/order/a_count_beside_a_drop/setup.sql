CREATE TABLE t (id integer PRIMARY KEY, a integer, "Gone" text);
INSERT INTO t SELECT g, g, 'x' FROM generate_series(1, 5) g;
