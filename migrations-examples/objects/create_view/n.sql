INSERT INTO orders VALUES ({n}, 'old', 1);
UPDATE orders SET cents = 5 WHERE id = 1;
