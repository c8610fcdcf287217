ALTER TABLE ev ADD COLUMN initial text;
UPDATE ev SET initial = left(name, 1);
ALTER TABLE ev ALTER COLUMN initial SET NOT NULL;
ALTER TABLE ev ADD COLUMN size int;
UPDATE ev SET size = length(name);
ALTER TABLE ev ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE ev ADD COLUMN number bigserial;
