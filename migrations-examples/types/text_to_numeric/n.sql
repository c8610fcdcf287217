INSERT INTO items (id, price) VALUES ({n}, '7.70');
UPDATE items SET price = ' 8 ' WHERE id = 7;
UPDATE items SET sku = 'x' WHERE id = 11;
SELECT price FROM items WHERE price = ' 8 ';
