INSERT INTO users (id, email) VALUES ({n}, 'old');
UPDATE users SET email = NULL WHERE id = 1;
