SELECT total = '2' AND customer_id = 3 FROM orders WHERE id = 2;
SELECT bool_and(mail IN ('old', 'new')) FROM customers WHERE id > 100000;
