ALTER TABLE t ALTER COLUMN code TYPE text USING lower(code);
