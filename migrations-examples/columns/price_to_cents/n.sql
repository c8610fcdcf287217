INSERT INTO products (id, price) VALUES ({n}, 1.2345);
UPDATE products SET price = 9.8765 WHERE id = 1;
UPDATE products SET stock = stock + 1 WHERE id = 2;
UPDATE products SET stock = stock + 1 WHERE id = 3;
