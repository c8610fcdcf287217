INSERT INTO users (id, email) VALUES ({n}, 'new');
UPDATE users SET email = 'y' WHERE id = 2;
