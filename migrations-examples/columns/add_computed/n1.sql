INSERT INTO users (id, email, email_key) VALUES ({n}, 'NEW', 'new');
UPDATE users SET email = 'Both', email_key = 'both' WHERE id = 3;
