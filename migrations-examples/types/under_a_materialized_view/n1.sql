INSERT INTO sales (id, region, amount) VALUES ({n}, 'ł2', 8);
UPDATE sales SET amount = 98 WHERE id = 7;
SELECT total::text FROM totals WHERE region = 'ł2';
