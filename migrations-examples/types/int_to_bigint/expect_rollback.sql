SELECT amount_cents = 777 FROM orders WHERE id = 7;
SELECT amount_cents = 999 FROM orders WHERE id = 9;
SELECT count(*) > 0 AND bool_and(amount_cents IN (id, 100)) FROM orders WHERE id > 100000;
