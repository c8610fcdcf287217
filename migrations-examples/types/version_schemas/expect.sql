SELECT amount = 8 AND customer_code = 'by old' FROM orders WHERE id = 1;
SELECT amount = 11 AND customer_code = 'by new' FROM orders WHERE id = 2;
SELECT amount = 10 AND customer_code = 'by new' FROM orders WHERE id = 3;
SELECT bool_and(amount = CASE customer_code WHEN 'old' THEN 7 ELSE 9 END) FROM orders WHERE id > 100000;
