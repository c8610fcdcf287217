-- midflight: phase contract
UPDATE t SET b = a;

ALTER TABLE t DROP COLUMN a;

