CREATE TABLE customers (id integer PRIMARY KEY, street text, city text NOT NULL, visits integer NOT NULL DEFAULT 0);
INSERT INTO customers SELECT i, nullif('Straße ' || i % 4, 'Straße 0'), (ARRAY['Köln', 'O''Town', '東京'])[1 + i % 3], 0
FROM generate_series(1, 900) AS i;
