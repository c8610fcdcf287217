INSERT INTO parts (id, title) VALUES ({n}, 'new');
UPDATE parts SET title = 'by new' WHERE id = 3;
UPDATE parts SET weight = 9 WHERE id = 4;
