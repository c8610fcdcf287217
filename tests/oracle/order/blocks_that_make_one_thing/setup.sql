CREATE TABLE t (id int primary key, a int);
INSERT INTO t VALUES (1,1);

