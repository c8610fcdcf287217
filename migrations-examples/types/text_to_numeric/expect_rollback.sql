SELECT price = ' 8 ' FROM items WHERE id = 7;
SELECT price = '9' FROM items WHERE id = 9;
SELECT price = ' 12.50 ' FROM items WHERE id = 11;
SELECT bool_and(price IN ('7.70', '3')) FROM items WHERE id > 100000;
