INSERT INTO users (id, email) VALUES ({n}, 'new{n}');
INSERT INTO users (id) VALUES ({n});
UPDATE users SET email = NULL WHERE id = 2;
