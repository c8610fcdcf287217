INSERT INTO users (id, plan) VALUES ({n}, 'paid');
INSERT INTO users (id) VALUES ({n});
UPDATE users SET plan = 'gold' WHERE id = 3;
