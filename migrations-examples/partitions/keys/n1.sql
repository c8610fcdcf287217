INSERT INTO sales VALUES ({n}, 'us', 2, 'new {n}') ON CONFLICT DO NOTHING;
UPDATE sales SET shop = 3 WHERE id = 4;
