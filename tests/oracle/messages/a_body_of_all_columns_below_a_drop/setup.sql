CREATE TABLE t(id int PRIMARY KEY, a int, b text);
INSERT INTO t VALUES(1,2,'x');
