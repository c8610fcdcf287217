-- Add a column, fill it, and demand a value.
ALTER TABLE users ADD COLUMN domain text;
UPDATE users SET domain = lower(split_part(email, '@', 2));
ALTER TABLE users ALTER COLUMN domain SET NOT NULL;
