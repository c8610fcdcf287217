-- Change a column of a table that has no key, and whose rows are not even distinct.
ALTER TABLE readings ALTER COLUMN value TYPE double precision;
ALTER TABLE readings RENAME COLUMN sensor TO device;
