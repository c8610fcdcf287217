CREATE TABLE t (id int primary key, a int);
INSERT INTO t SELECT g,g FROM generate_series(1,9) g;

