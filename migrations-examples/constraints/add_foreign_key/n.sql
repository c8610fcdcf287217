INSERT INTO orders VALUES ({n}, 1, 'old');
UPDATE orders SET user_id = 5 WHERE id = 1;
UPDATE users SET name = 'x' WHERE id = 9;
