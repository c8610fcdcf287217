-- Let old rows go: drop a partition, and set another one aside.
ALTER TABLE log DETACH PARTITION log_2024 CONCURRENTLY;
DROP TABLE log_2024;
ALTER TABLE log DETACH PARTITION log_2025;
