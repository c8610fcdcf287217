ALTER TABLE users ADD COLUMN first_name text, ADD COLUMN last_name text;
UPDATE users SET first_name = split_part(name, ' ', 1), last_name = nullif(substr(name, length(split_part(name, ' ', 1)) + 2), '');
ALTER TABLE users ALTER COLUMN first_name SET NOT NULL, DROP COLUMN name;
