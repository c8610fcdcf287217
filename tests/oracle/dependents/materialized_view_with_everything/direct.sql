DROP VIEW top, plain; DROP MATERIALIZED VIEW "Sums";
ALTER TABLE "Ord" ALTER amount TYPE bigint;
CREATE MATERIALIZED VIEW "Sums" WITH (fillfactor=70) AS SELECT x."Kind", sum(x.amount) AS total, max(amount) AS amount FROM "Ord" x GROUP BY 1;
CREATE UNIQUE INDEX "Sums_kind" ON "Sums" ("Kind"); CREATE INDEX si ON "Sums" (total) WHERE amount > 3;
COMMENT ON MATERIALIZED VIEW "Sums" IS 'mv'; COMMENT ON COLUMN "Sums".total IS 'tt'; COMMENT ON INDEX si IS 'ii';
ALTER MATERIALIZED VIEW "Sums" ALTER COLUMN total SET STATISTICS 77; ALTER MATERIALIZED VIEW "Sums" CLUSTER ON "Sums_kind";
GRANT SELECT ON "Sums" TO PUBLIC;
CREATE VIEW top AS SELECT * FROM "Sums" WHERE total > 10;
CREATE VIEW plain AS SELECT id, amount FROM "Ord";
