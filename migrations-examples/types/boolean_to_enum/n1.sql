INSERT INTO guests (id, coming) VALUES ({n}, 'no');
UPDATE guests SET coming = 'no' WHERE id = 7;
SELECT coming::text IN ('yes', 'true') FROM guests WHERE id = 5;
