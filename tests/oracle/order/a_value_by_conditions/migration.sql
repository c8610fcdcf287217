ALTER TABLE t ADD kind text;
UPDATE t SET kind = 'low' WHERE b < 2;
UPDATE t SET kind = 'high' WHERE b >= 2 AND kind IS NULL;
UPDATE t SET kind = kind || '!' WHERE id > 40;
ALTER TABLE t ALTER kind SET NOT NULL;
ALTER TABLE t ADD CHECK (kind <> '');
CREATE INDEX ON t (kind);
