CREATE TABLE flags (id integer PRIMARY KEY, value boolean DEFAULT false, note text);
INSERT INTO flags SELECT i, CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END, 'ł' || i FROM generate_series(1, 900) AS i;
