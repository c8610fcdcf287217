INSERT INTO orders (id) VALUES ({n});
UPDATE orders SET coupon = NULL WHERE id = 2;
