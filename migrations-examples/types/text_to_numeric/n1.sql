INSERT INTO items (id, price) VALUES ({n}, 3);
UPDATE items SET price = 9 WHERE id = 9;
SELECT max(price) FROM items;
