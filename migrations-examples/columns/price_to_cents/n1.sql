INSERT INTO products (id, price_cents) VALUES ({n}, 999);
UPDATE products SET price_cents = 4242 WHERE id = 3;
UPDATE products SET stock = stock - 1 WHERE id = 4;
