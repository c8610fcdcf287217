INSERT INTO customers (id, mail) VALUES ({n}, 'old');
INSERT INTO orders VALUES ({n}, 1, '1.5');
UPDATE customers SET mail = 'x' WHERE id = 1;
DELETE FROM customers WHERE id = 600;
