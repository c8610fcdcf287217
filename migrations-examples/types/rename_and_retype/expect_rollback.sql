SELECT price = '12.50' AND weight = 9 FROM products WHERE id = 3;
SELECT price = '99.25' FROM products WHERE id = 4;
SELECT count(*) > 0 FROM products WHERE name LIKE 'new%' AND price = '1.50' AND weight = 4;
