INSERT INTO users (id, email) VALUES ({n}, 'OLD');
UPDATE users SET email = 'CHANGED' WHERE id = 1;
UPDATE users SET name = 'y' WHERE id = 2;
