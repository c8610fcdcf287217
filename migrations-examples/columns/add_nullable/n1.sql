INSERT INTO users (id, email, phone) VALUES ({n}, 'new', '+49 {n}');
UPDATE users SET phone = '110' WHERE id = 3;
SELECT phone FROM users WHERE id = 3;
