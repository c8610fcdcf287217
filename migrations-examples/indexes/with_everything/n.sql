INSERT INTO users (id, email) VALUES ({n}, 'Old{n}@example.com');
UPDATE users SET seen = now() WHERE id = 100001;
