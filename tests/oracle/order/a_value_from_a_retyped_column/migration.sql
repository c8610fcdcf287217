ALTER TABLE t ALTER a TYPE integer;
ALTER TABLE t ADD COLUMN c integer;
UPDATE t SET c = a * 2;
