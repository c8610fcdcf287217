SELECT email = 'x' FROM customers WHERE id = 1;
SELECT total = 2 AND customer_id = 3 FROM orders WHERE id = 2;
SELECT count(*) = 0 FROM orders WHERE id IN (599, 600);
SELECT bool_and(total = 1.5) FROM orders WHERE id > 100000;
