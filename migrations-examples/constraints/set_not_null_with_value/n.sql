INSERT INTO users (id) VALUES ({n});
INSERT INTO users (id, email) VALUES ({n}, 'old{n}');
UPDATE users SET email = NULL WHERE id = 1;
UPDATE users SET name = 'x' WHERE id = 3;
