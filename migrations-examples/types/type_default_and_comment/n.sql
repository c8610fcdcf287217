INSERT INTO parts (id, label, weight) VALUES ({n}, 'old', 5);
UPDATE parts SET weight = 7 WHERE id = 1;
UPDATE parts SET label = 'by old' WHERE id = 2;
