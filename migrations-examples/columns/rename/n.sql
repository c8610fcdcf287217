INSERT INTO users (name, email) VALUES ('old {n}', 'old{n}@example.com');
INSERT INTO users (email) VALUES ('none{n}@example.com');
UPDATE users SET name = 'renamed by old ' || id WHERE id = 3;
UPDATE users SET nick = 'x' WHERE id = 5;
SELECT name FROM users WHERE lower(name) LIKE 'old%' LIMIT 5;
