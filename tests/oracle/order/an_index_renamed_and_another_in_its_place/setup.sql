CREATE TABLE t (id int primary key, a int, b int);
CREATE INDEX i ON t(a);
INSERT INTO t SELECT g,g,g FROM generate_series(1,50) g;

