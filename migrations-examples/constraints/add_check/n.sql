INSERT INTO orders VALUES ({n}, 1, 'old');
UPDATE orders SET amount = 5 WHERE id = 1;
