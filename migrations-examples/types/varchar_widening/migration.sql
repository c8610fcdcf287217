-- Widen varchar columns: the catalog changes, no row and no index does.
ALTER TABLE users ALTER COLUMN name TYPE varchar(200), ALTER COLUMN bio TYPE text;
