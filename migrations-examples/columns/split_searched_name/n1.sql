INSERT INTO users (id, first_name, last_name) VALUES ({n}, 'New', 'Hand');
UPDATE users SET last_name = 'Married' WHERE id = 14;
SELECT id FROM users WHERE last_name = 'Last15';
SELECT name FROM people WHERE id = 16;
