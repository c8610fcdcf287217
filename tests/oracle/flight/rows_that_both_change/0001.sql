ALTER TABLE t ALTER a TYPE numeric;
UPDATE t SET b = a/2;
