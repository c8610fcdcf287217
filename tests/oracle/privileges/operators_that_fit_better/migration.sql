-- midflight: triggers fire
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
ALTER TABLE orders ADD CONSTRAINT orders_note CHECK (note <> '');
CREATE INDEX orders_note_idx ON orders (note);
