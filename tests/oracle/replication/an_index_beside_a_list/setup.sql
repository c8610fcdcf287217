CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, 50) AS g;
CREATE PUBLICATION changes FOR TABLE t;
