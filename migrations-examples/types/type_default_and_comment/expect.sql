SELECT weight = 7 FROM parts WHERE id = 1;
SELECT title = 'by old' FROM parts WHERE id = 2;
SELECT title = 'by new' FROM parts WHERE id = 3;
SELECT bool_and(weight = CASE title WHEN 'old' THEN 5 ELSE 1 END) FROM parts WHERE id > 100000;
