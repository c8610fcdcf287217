-- midflight: allow published-column because they have it
ALTER TABLE t ALTER COLUMN a TYPE bigint;
