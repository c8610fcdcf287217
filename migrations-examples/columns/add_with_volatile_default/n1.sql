INSERT INTO users (id, email) VALUES ({n}, 'new');
UPDATE users SET token = '00000000-0000-0000-0000-000000000001' WHERE id = 3;
