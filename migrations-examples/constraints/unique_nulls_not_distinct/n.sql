INSERT INTO settings VALUES ({n}, NULL, 'old {n}', 'v {n}');
UPDATE settings SET value = 'x' WHERE id = 1;
