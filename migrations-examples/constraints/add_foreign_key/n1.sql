INSERT INTO users VALUES ({n}, 'new');
INSERT INTO orders VALUES ({n}, NULL, 'new');
UPDATE orders SET user_id = NULL WHERE id = 2;
