CREATE TABLE t (id int primary key, a int, CONSTRAINT c CHECK (a > 0));
INSERT INTO t SELECT g,g FROM generate_series(1,50) g;

