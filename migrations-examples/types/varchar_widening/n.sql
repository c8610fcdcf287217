INSERT INTO users (id, name) VALUES ({n}, 'old');
UPDATE users SET name = 'exactly twenty chars' WHERE id = 1;
