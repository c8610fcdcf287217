INSERT INTO orders VALUES ({n}, NULL, 'new');
UPDATE orders SET amount = 6 WHERE id = 2;
