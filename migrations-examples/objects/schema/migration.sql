-- A schema for reports, with a table, a view and a function in it.
CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'Filled by the nightly job';
CREATE TABLE reporting.totals (order_id integer PRIMARY KEY REFERENCES public.orders (id), cents bigint NOT NULL);
CREATE INDEX totals_cents_idx ON reporting.totals (cents);
CREATE VIEW reporting.large AS SELECT order_id FROM reporting.totals WHERE cents > 100;
CREATE FUNCTION reporting.add(integer, bigint) RETURNS void LANGUAGE sql
  AS 'INSERT INTO reporting.totals VALUES ($1, $2) ON CONFLICT (order_id) DO UPDATE SET cents = excluded.cents';
GRANT USAGE ON SCHEMA reporting TO pg_monitor;
GRANT SELECT ON reporting.large TO pg_monitor;
