ALTER TABLE notes ALTER COLUMN body TYPE varchar(40), ALTER COLUMN size TYPE bigint;
ALTER TABLE readers ALTER COLUMN seen TYPE bigint;
