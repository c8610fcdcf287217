ALTER TABLE users ADD COLUMN email_key text;
UPDATE users SET email_key = lower(coalesce(email, ''));
ALTER TABLE users ALTER COLUMN email_key SET NOT NULL, ALTER COLUMN email_key SET DEFAULT '';
