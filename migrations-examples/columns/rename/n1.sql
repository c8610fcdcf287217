INSERT INTO users (full_name, email) VALUES ('new {n}', 'new{n}@example.com');
INSERT INTO users (email) VALUES ('none-either{n}@example.com');
UPDATE users SET full_name = 'renamed by new ' || id WHERE id = 4;
UPDATE users SET nick = 'y' WHERE id = 6;
SELECT full_name FROM users WHERE lower(full_name) LIKE 'new%' LIMIT 5;
