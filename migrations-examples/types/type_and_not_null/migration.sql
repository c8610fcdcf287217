-- A wider type and NOT NULL in one file, as many tools write it.
ALTER TABLE parts ALTER COLUMN weight TYPE bigint, ALTER COLUMN weight SET NOT NULL;
