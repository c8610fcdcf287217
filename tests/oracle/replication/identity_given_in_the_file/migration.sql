ALTER TABLE logged REPLICA IDENTITY FULL;
-- midflight: allow published-column because the subscriber has it
ALTER TABLE logged ALTER COLUMN v TYPE bigint;
