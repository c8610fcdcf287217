CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL, note text);
INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 50) AS g;
CREATE UNIQUE INDEX by_code ON t (code);
ALTER TABLE t REPLICA IDENTITY USING INDEX by_code;
CREATE PUBLICATION changes FOR TABLE t;
