ALTER TABLE amounts ALTER COLUMN amount TYPE bigint;
