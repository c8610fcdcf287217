INSERT INTO users (id, bio) VALUES ({n}, 'new');
UPDATE users SET bio = 'b' WHERE id = 2;
