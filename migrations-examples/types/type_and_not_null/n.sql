INSERT INTO parts (id, weight) VALUES ({n}, 5);
UPDATE parts SET weight = 7 WHERE id = 1;
