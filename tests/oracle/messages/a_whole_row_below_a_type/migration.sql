ALTER TABLE t ALTER a TYPE bigint;
INSERT INTO hist SELECT id, to_jsonb(t) FROM t;
