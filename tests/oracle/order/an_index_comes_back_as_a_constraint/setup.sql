CREATE TABLE t (id int primary key, a int);
CREATE UNIQUE INDEX u ON t(a);
INSERT INTO t SELECT g,g FROM generate_series(1,50) g;

