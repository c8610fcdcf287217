SELECT price_cents = 988 FROM products WHERE id = 1;
SELECT price_cents = 247 FROM products WHERE id = 2;
SELECT price_cents = 4242 FROM products WHERE id = 3;
SELECT price_cents = -1 FROM products WHERE id = -1;
SELECT bool_and(price_cents IN (123, 999)) FROM products WHERE id > 100000;
