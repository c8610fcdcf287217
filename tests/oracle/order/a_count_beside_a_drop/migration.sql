ALTER TABLE t DROP COLUMN "Gone";
CREATE VIEW w AS SELECT count(*) AS n, sum(a) AS sum FROM t;
