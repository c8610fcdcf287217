CREATE TABLE t (id int PRIMARY KEY, "A" int, b int);
INSERT INTO t VALUES (1, 1, 2);
