UPDATE products SET amount = 99.25 WHERE id = 4;
INSERT INTO products (amount, grams, label) VALUES (1.5, 4, 'new {n}');
