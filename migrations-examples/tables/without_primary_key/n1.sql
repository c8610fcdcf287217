INSERT INTO readings (device, value) VALUES ('new', 2.5);
UPDATE readings SET value = 8, device = 'moved' WHERE at = '2026-01-01 00:10';
