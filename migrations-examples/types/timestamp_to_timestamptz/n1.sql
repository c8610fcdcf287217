INSERT INTO visits (id, at) VALUES ({n}, timestamp '2025-07-01 12:00:00');
UPDATE visits SET at = '2025-06-07 08:09:10' WHERE id = 3;
