CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL, note text);
INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 50) AS g;
CREATE UNIQUE INDEX "Code" ON t (code);
ALTER TABLE t REPLICA IDENTITY USING INDEX "Code";
CREATE PUBLICATION changes FOR TABLE t;
