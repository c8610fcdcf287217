-- A type, a name and a column that goes, while each release sees its own columns through views in a schema of its own.
-- midflight: version_schemas
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
ALTER TABLE orders RENAME COLUMN customer TO customer_code;
ALTER TABLE orders DROP COLUMN note;
