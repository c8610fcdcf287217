INSERT INTO users (id, email) VALUES ({n}, 'new');
UPDATE users SET email = 'x' WHERE id = 3;
