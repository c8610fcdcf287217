INSERT INTO parts (id, weight) VALUES ({n}, 6);
UPDATE parts SET weight = 9 WHERE id = 4;
