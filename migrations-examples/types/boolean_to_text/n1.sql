INSERT INTO flags (id, value) VALUES ({n}, 'on');
UPDATE flags SET value = 'on' WHERE id = 4;
