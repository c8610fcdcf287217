DROP VIEW v;
ALTER TABLE users RENAME COLUMN name TO full_name;
CREATE VIEW v AS SELECT id, full_name FROM users;
