INSERT INTO readings (sensor, value) VALUES ('old', 1.5);
UPDATE readings SET value = 7 WHERE sensor = 's3' AND at < '2026-01-01 00:02';
UPDATE readings SET spare = 'x' WHERE at = '2026-01-01 00:05';
DELETE FROM readings WHERE ctid = (SELECT min(ctid) FROM readings WHERE sensor = 'old');
