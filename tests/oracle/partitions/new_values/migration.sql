-- midflight: up initial = left(name, 1)
ALTER TABLE ev ADD COLUMN initial text NOT NULL;
-- midflight: up size = length(name)
ALTER TABLE ev ADD COLUMN size int;
ALTER TABLE ev ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE ev ADD COLUMN number bigserial;
