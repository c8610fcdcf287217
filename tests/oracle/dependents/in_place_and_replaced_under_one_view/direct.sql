DROP VIEW both_tables, bodies;
ALTER TABLE notes ALTER COLUMN body TYPE varchar(40), ALTER COLUMN size TYPE bigint;
ALTER TABLE readers ALTER COLUMN seen TYPE bigint;
CREATE VIEW bodies AS SELECT id, body, size FROM notes;
CREATE VIEW both_tables AS SELECT bodies.body, readers.seen FROM bodies JOIN readers ON readers.note = bodies.id;
