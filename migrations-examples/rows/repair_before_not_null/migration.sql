-- Give rows a value, then demand one.
UPDATE users SET country = 'unknown' WHERE country IS NULL;
ALTER TABLE users ALTER COLUMN country SET NOT NULL;
