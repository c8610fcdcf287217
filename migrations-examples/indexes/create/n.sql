INSERT INTO orders (id, number) VALUES ({n}, 'O-{n}');
UPDATE orders SET state = 'closed' WHERE id = 3;
