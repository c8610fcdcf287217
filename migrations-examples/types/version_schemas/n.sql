INSERT INTO orders VALUES ({n}, 7, 'old', 'said');
UPDATE orders SET amount = 8, customer = 'by old' WHERE id = 1;
SELECT note FROM orders WHERE id = 1;
