CREATE TABLE t (id int primary key);
INSERT INTO t SELECT g FROM generate_series(1,9) g;

