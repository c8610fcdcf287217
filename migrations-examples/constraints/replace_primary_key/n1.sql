INSERT INTO users (id, email) VALUES ({n} + 1000, '{n}@example.com');
INSERT INTO orders (number, user_id) VALUES ({n} + 1000, 9);
INSERT INTO users (id, email) VALUES (2, '2@example.com') ON CONFLICT (email) DO NOTHING;
