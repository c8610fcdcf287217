SELECT weight = 9 FROM parts WHERE id = 4;
SELECT label = 'by new' FROM parts WHERE id = 3;
SELECT bool_and(weight = CASE label WHEN 'old' THEN 5 ELSE 1 END) FROM parts WHERE id > 100000;
