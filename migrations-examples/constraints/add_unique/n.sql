INSERT INTO users (id, email) VALUES ({n}, 'old{n}');
UPDATE users SET email = 'x' WHERE id = 1;
