INSERT INTO log VALUES ({n}, '2026-03-03', 'new');
