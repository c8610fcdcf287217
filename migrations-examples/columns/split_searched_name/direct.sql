DROP INDEX users_name_idx;
DROP VIEW people;
ALTER TABLE users ADD COLUMN first_name text, ADD COLUMN last_name text;
UPDATE users SET first_name = split_part(name, ' ', 1), last_name = nullif(split_part(name, ' ', 2), '');
ALTER TABLE users ALTER COLUMN first_name SET NOT NULL, DROP COLUMN name;
CREATE INDEX users_name_idx ON users (last_name, first_name);
CREATE VIEW people AS SELECT id, concat_ws(' ', first_name, last_name) AS name FROM users;
