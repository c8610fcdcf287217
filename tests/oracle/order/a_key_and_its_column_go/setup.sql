CREATE TABLE t (id int PRIMARY KEY DEFAULT 1, a int NOT NULL);
INSERT INTO t SELECT g, g FROM generate_series(1, 50) AS g;
