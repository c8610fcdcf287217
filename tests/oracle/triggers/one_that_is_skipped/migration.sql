-- midflight: triggers skip
ALTER TABLE payments ALTER COLUMN cents TYPE bigint;
