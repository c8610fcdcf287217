CREATE TABLE t (id int primary key, a int, b int);
INSERT INTO t SELECT g,g,0 FROM generate_series(1,9) g;

