INSERT INTO sales (id, region, amount) VALUES ({n}, 'ł1', 7);
UPDATE sales SET amount = 99 WHERE id = 4;
SELECT total FROM totals WHERE region = 'ł1';
SELECT count(*) FROM big;
