-- midflight: allow published-column because the subscriber is renamed with it
ALTER TABLE t RENAME COLUMN amount TO "Total";
