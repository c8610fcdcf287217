INSERT INTO customers (id, email) VALUES ({n}, 'new');
UPDATE orders SET total = 2, customer_id = 3 WHERE id = 2;
DELETE FROM customers WHERE id = 599;
