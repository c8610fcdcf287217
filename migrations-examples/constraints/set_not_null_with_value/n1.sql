INSERT INTO users (id, email) VALUES ({n}, 'new{n}');
UPDATE users SET email = 'given' WHERE id = 2;
