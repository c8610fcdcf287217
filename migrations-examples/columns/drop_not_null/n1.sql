INSERT INTO users (id, email) VALUES ({n}, 'new');
DELETE FROM users WHERE email = 'new';
UPDATE users SET email = 'x' WHERE id = 3;
