CREATE TABLE orders (id integer PRIMARY KEY, amount numeric, note text);
INSERT INTO orders SELECT i, nullif(i % 7, 0), 'é' FROM generate_series(1, 900) AS i;
