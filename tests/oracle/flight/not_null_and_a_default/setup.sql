CREATE TABLE t(id int PRIMARY KEY, q int, r text);
INSERT INTO t VALUES(1,1,NULL),(2,3,'x');
