CREATE TABLE t (id int, code int NOT NULL, note text);
INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 50) AS g;
CREATE UNIQUE INDEX by_code ON t (code);
CREATE PUBLICATION changes FOR TABLE t;
