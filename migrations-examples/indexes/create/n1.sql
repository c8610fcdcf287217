INSERT INTO orders (id, number, state) VALUES ({n}, 'X-{n}', 'it''s open');
UPDATE orders SET note = 'x' WHERE id = 2;
SELECT count(*) FROM orders WHERE state = 'it''s open';
