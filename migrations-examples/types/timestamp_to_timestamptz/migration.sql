-- Times that were meant as UTC say so.
-- midflight: reverse at = at AT TIME ZONE 'UTC'
ALTER TABLE visits ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';
