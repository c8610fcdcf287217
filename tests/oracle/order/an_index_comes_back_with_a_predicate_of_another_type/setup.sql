CREATE TYPE st AS ENUM ('a','b','c');
CREATE TABLE t (id int PRIMARY KEY, s st NOT NULL DEFAULT 'a', CONSTRAINT ck CHECK (s <> 'c'));
CREATE VIEW v AS SELECT id, s FROM t WHERE s = 'a';
CREATE INDEX ti ON t (id) WHERE s = 'a';
INSERT INTO t SELECT i FROM generate_series(1,5) i;
