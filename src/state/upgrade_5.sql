-- Where an UPDATE or DELETE in batches stands: the key that it has reached.
ALTER TABLE :state.backfills ADD COLUMN position jsonb;
