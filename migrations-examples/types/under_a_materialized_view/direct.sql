DROP VIEW big;
DROP MATERIALIZED VIEW totals;
ALTER TABLE sales ALTER COLUMN amount TYPE bigint;
CREATE MATERIALIZED VIEW totals AS SELECT s.region, sum(s.amount) AS total, max(amount) AS amount FROM sales s GROUP BY s.region;
CREATE UNIQUE INDEX totals_region_key ON totals (region);
CREATE INDEX totals_total_idx ON totals (total) WHERE amount > 3;
COMMENT ON MATERIALIZED VIEW totals IS 'refreshed at night';
GRANT SELECT ON totals TO PUBLIC;
CREATE VIEW big AS SELECT region FROM totals WHERE total > 1000;
