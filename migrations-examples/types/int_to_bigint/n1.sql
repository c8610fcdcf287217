INSERT INTO orders (id, amount_cents) VALUES ({n}, {n}::bigint);
UPDATE orders SET amount_cents = 999 WHERE id = 9;
DELETE FROM orders WHERE id = {n} - 10;
SELECT amount_cents FROM orders WHERE id = 1;
