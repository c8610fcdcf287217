CREATE TABLE t (id int PRIMARY KEY, s int NOT NULL, u text);
CREATE INDEX ti ON t (s); CREATE UNIQUE INDEX tu ON t (u, s);
INSERT INTO t SELECT i, i, 'u' FROM generate_series(1,5) i;
