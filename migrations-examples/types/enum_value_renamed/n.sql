INSERT INTO orders (id, state) VALUES ({n}, 'canceled');
UPDATE orders SET state = 'canceled' WHERE id = 5;
SELECT count(*) FROM canceled WHERE id < 10;
