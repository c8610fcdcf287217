ALTER TABLE t ADD COLUMN c int;
-- midflight: phase expand
UPDATE t SET c = 1;
ALTER TABLE t ALTER c SET NOT NULL;
