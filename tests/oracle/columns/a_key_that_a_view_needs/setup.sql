CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b text);
INSERT INTO t SELECT n, n, n::text FROM generate_series(1, 50) n;
CREATE VIEW v AS SELECT id, b FROM t GROUP BY id;
