ALTER TABLE clients DROP CONSTRAINT "Grown Up";
COMMENT ON COLUMN clients.email IS 'for the bill';
