INSERT INTO users (id, email) VALUES ({n} + 1000, '{n}@example.com');
INSERT INTO orders (number, user_id) VALUES ({n} + 1000, 7);
INSERT INTO users (id, email) VALUES (1, 'one@example.com') ON CONFLICT (id) DO NOTHING;
