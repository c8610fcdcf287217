INSERT INTO users (id, email, legacy) VALUES ({n}, 'old', 'l');
UPDATE users SET legacy = 'changed' WHERE id = 1;
SELECT legacy FROM users WHERE id = 1;
