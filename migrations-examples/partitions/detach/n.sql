INSERT INTO log VALUES ({n}, '2026-02-02', 'old');
UPDATE log SET line = 'seen' WHERE id = 3;
SELECT count(*) FROM log WHERE day < '2025-01-01';
