SELECT pg_typeof(price)::text = 'numeric' AND price = 8 FROM items WHERE id = 7;
SELECT price = 9 FROM items WHERE id = 9;
SELECT price IS NULL FROM items WHERE id = 10;
SELECT price::text = '12.50' FROM items WHERE id = 11;
SELECT price = 1000 FROM items WHERE id = 13;
SELECT bool_and(price IN (7.7, 3)) FROM items WHERE id > 100000;
