INSERT INTO flags (id, value) VALUES ({n}, true);
INSERT INTO flags (id) VALUES ({n});
UPDATE flags SET value = NULL WHERE id = 3;
UPDATE flags SET note = 'x' WHERE id = 6;
