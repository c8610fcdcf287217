CREATE TABLE t(id int PRIMARY KEY, a int, b numeric);
INSERT INTO t VALUES(1,3,0),(2,8,0);
