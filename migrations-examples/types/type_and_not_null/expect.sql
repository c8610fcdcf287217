SELECT weight = 7 FROM parts WHERE id = 1;
SELECT bool_and(weight IN (5, 6)) FROM parts WHERE id > 100000;
