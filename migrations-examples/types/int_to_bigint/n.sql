INSERT INTO orders (id, amount_cents) VALUES ({n}, {n});
INSERT INTO orders (id) VALUES ({n});
UPDATE orders SET amount_cents = 777 WHERE id = 7;
UPDATE orders SET note = 'touched' WHERE id = 8;
SELECT sum(amount_cents) FROM orders WHERE amount_cents > 2000000000;
