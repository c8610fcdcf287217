CREATE TABLE t(id int PRIMARY KEY, a int, b text);
INSERT INTO t VALUES(1,2,'x');
CREATE TABLE hist(id int, d jsonb);
