SELECT amount = 8 AND customer = 'by old' FROM orders WHERE id = 1;
SELECT amount = 11 AND customer = 'by new' FROM orders WHERE id = 2;
SELECT bool_and(amount = CASE customer WHEN 'old' THEN 7 ELSE 9 END) FROM orders WHERE id > 100000;
