CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, note text);
INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 50) AS g;
CREATE PUBLICATION everything FOR ALL TABLES;
