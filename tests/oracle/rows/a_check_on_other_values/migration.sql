ALTER TABLE t DROP CONSTRAINT st;
UPDATE t SET status = 'c' WHERE status = 'b';
ALTER TABLE t ADD CONSTRAINT st CHECK (status IN ('a','c'));
