INSERT INTO orders (id) VALUES ({n});
UPDATE orders SET status = 'shipped' WHERE id = 1;
SELECT count(*) FROM orders WHERE status = 'new';
