ALTER TABLE clients ALTER COLUMN id TYPE bigint;
COMMENT ON TABLE clients IS 'who buys';
