SELECT carrier = 'post' AND weight = 100 FROM shipments WHERE id = 2;
SELECT bool_and(carrier = CASE note WHEN 'old' THEN 'post' ELSE 'courier' END::carrier) FROM shipments WHERE id > 100000;
