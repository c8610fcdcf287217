SELECT amount = 12.5 AND grams = 9 FROM products WHERE id = 3;
SELECT amount = 99.25 FROM products WHERE id = 4;
SELECT bool_and(colour = 'red') FROM products;
