INSERT INTO users (id, name) VALUES ({n}, 'Old Hand');
UPDATE users SET name = 'Olde Worlde' WHERE id = 11;
UPDATE users SET seen = seen + 1 WHERE id = 12;
SELECT name FROM users WHERE id = 13;
