BEGIN; INSERT INTO orders VALUES ({n}, 6, {n}, 1); INSERT INTO customers VALUES (6, {n}, 'new'); COMMIT;
UPDATE orders SET parent = 2 WHERE id = 2;
