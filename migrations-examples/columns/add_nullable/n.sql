INSERT INTO users (id, email) VALUES ({n}, 'old');
UPDATE users SET email = 'moved' WHERE id = 1;
SELECT * FROM users WHERE id = 2;
