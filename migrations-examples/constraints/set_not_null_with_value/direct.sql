UPDATE users SET email = 'unknown-' || id WHERE email IS NULL;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
