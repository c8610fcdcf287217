INSERT INTO users (id, name) VALUES ({n}, 'Old Hand');
UPDATE users SET name = 'Olde Worlde' WHERE id = 11;
SELECT id FROM users WHERE name = 'First12 Last12';
SELECT name FROM people WHERE id = 13;
