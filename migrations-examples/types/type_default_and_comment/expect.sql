SELECT weight = 7 FROM parts WHERE id = 1;
SELECT title = 'by old' FROM parts WHERE id = 2;
SELECT title = 'by new' FROM parts WHERE id = 3;
SELECT bool_and(CASE title WHEN 'old' THEN weight = 5 ELSE weight IN (1, 1000) END) FROM parts WHERE id > 100000;
