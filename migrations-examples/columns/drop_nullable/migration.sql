-- Remove a column once no release reads it.
-- midflight: allow drop-column because the new release doesn't read it
ALTER TABLE users DROP COLUMN legacy;
