CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE INDEX i2 ON t(b); INSERT INTO t SELECT g,g FROM generate_series(1,9) g;
