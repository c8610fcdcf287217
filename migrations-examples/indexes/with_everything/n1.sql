INSERT INTO users (id, email, tags) VALUES ({n}, 'New{n}@example.com', '["new"]');
SELECT id FROM users WHERE lower(email) LIKE 'u1%' AND deleted_at IS NULL ORDER BY name COLLATE "C" DESC LIMIT 5;
SELECT count(*) FROM users WHERE tags @> '["new"]';
