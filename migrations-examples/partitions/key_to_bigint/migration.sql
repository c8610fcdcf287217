-- Make room for more rows in a partitioned table: the key, its identity and a unique constraint become bigint.
ALTER TABLE readings ALTER COLUMN id TYPE bigint;
