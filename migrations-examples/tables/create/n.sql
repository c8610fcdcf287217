INSERT INTO users VALUES ({n}, 'old');
UPDATE users SET name = 'x' WHERE id = 1;
