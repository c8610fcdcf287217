ALTER TABLE t ADD COLUMN c int;
UPDATE t SET c = b * 2 + coalesce(length(a),0);
ALTER TABLE t ALTER COLUMN c SET NOT NULL;
