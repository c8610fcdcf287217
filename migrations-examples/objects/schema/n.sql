INSERT INTO orders VALUES ({n}, 1);
UPDATE orders SET cents = 5 WHERE id = 1;
