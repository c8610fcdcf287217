CREATE TABLE customers (tenant integer NOT NULL, id integer NOT NULL, name text, PRIMARY KEY (tenant, id));
CREATE TABLE orders (id integer PRIMARY KEY, tenant integer NOT NULL, customer integer, parent integer);
INSERT INTO customers SELECT i % 3, i, 'é' || i FROM generate_series(1, 300) AS i;
INSERT INTO orders SELECT i, i % 3, CASE WHEN i % 7 > 0 THEN i END, nullif(i - 1, 0) FROM generate_series(1, 300) AS i;
