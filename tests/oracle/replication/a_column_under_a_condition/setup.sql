CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
INSERT INTO t SELECT g, g FROM generate_series(1, 50) AS g;
CREATE PUBLICATION large FOR TABLE t WHERE (amount > 7) WITH (publish = 'insert');
