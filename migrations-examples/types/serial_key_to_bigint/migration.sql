-- A primary key runs out of integers.
ALTER TABLE logs ALTER COLUMN id TYPE bigint;
