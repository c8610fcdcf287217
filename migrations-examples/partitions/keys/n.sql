INSERT INTO sales VALUES ({n}, 'eu', 1, 'old {n}');
UPDATE sales SET region = 'us' WHERE id = 2;
