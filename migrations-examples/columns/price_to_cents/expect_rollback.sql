SELECT price = 9.8765 FROM products WHERE id = 1;
SELECT price = 2.4690 FROM products WHERE id = 2;
SELECT price = 42.42 FROM products WHERE id = 3;
SELECT price = 4.9380 FROM products WHERE id = 4;
SELECT bool_and(price IN (1.2345, 9.99)) FROM products WHERE id > 100000;
