INSERT INTO users (id, first_name, last_name) VALUES ({n}, 'New', 'Hand');
INSERT INTO users (id, first_name) VALUES ({n}, 'Cher');
UPDATE users SET last_name = 'Married' WHERE id = 14;
UPDATE users SET seen = seen + 1 WHERE id = 15;
SELECT first_name, last_name FROM users WHERE id = 16;
