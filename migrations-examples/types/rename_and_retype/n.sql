UPDATE products SET price = '12.50', weight = 9 WHERE id = 3;
INSERT INTO products (price, name) VALUES ('7', 'old {n}');
SELECT price, weight FROM products WHERE id = 3;
