-- Require a value that every row has already.
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
