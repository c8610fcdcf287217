CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, note varchar(20), other text);
INSERT INTO t SELECT g, g, 'n' || g, 'o' FROM generate_series(1, 50) AS g;
CREATE PUBLICATION changes FOR TABLE t (id, amount, note);
CREATE PUBLICATION large FOR TABLE t (id, amount) WHERE (id > 7);
