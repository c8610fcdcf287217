INSERT INTO visits (id, at) VALUES ({n}, '2025-07-01 12:00:00');
UPDATE visits SET at = '2025-01-02 03:04:05' WHERE id = 1;
UPDATE visits SET place = 'x' WHERE id = 2;
