CREATE TABLE t (id int PRIMARY KEY, a int); CREATE UNIQUE INDEX i ON t(a); INSERT INTO t SELECT g,g FROM generate_series(1,9) g;
