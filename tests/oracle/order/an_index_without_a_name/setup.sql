CREATE TABLE t (id int primary key, c int);
CREATE INDEX t_c_idx ON t(c);
INSERT INTO t SELECT g,g FROM generate_series(1,9) g;

