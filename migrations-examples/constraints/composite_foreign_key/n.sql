BEGIN; INSERT INTO orders VALUES ({n}, 5, {n}); INSERT INTO customers VALUES (5, {n}, 'old'); COMMIT;
INSERT INTO orders VALUES ({n}, 7, NULL);
UPDATE orders SET customer = 3 WHERE id = 3;
