-- Which database this is, and what the catalog said of each migration's objects, for telling drift.
ALTER TABLE :state.meta ADD COLUMN database jsonb;
ALTER TABLE :state.migrations ADD COLUMN fingerprint jsonb;
