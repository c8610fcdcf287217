-- midflight: triggers fire
ALTER TABLE payments ALTER COLUMN changed TYPE timestamptz USING changed AT TIME ZONE 'UTC';
