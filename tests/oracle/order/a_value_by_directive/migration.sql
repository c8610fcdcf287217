ALTER TABLE t ADD COLUMN c int;
-- midflight: up c = b + 1
ALTER TABLE t ALTER c SET NOT NULL;
