INSERT INTO users (id, email) VALUES ({n}, 'old');
UPDATE users SET email = 'x' WHERE id = 1;
