ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid();
ALTER TABLE t ADD COLUMN b token NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE t ADD COLUMN c token DEFAULT gen_random_uuid();
