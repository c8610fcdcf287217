INSERT INTO orders (id, status) VALUES ({n}, 'packed');
UPDATE orders SET status = 'packed' WHERE id = 2 AND status < 'shipped';
