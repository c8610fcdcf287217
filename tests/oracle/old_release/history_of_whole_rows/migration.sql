-- midflight: triggers skip
ALTER TABLE su ALTER COLUMN amount TYPE bigint;
