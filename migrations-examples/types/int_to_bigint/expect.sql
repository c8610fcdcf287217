SELECT amount_cents = 2147483647 FROM orders WHERE id = 1;
SELECT amount_cents = 777 FROM orders WHERE id = 7;
SELECT amount_cents = 999 FROM orders WHERE id = 9;
SELECT bool_and(amount_cents IN (id, 100)) FROM orders WHERE id > 100000;
SELECT count(*) FILTER (WHERE amount_cents = 100) > 0 FROM orders WHERE id > 100000;
