-- Give a column of a partitioned table another type, while rows move between partitions.
ALTER TABLE events ALTER COLUMN amount TYPE bigint;
