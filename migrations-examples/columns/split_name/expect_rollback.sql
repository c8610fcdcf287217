SELECT name = 'Olde Worlde' FROM users WHERE id = 11;
SELECT name LIKE '% Married' FROM users WHERE id = 14;
SELECT bool_and(name IN ('Old Hand', 'New Hand', 'Cher')) AND count(DISTINCT name) = 3 FROM users WHERE id > 100000;
