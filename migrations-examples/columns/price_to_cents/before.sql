CREATE TABLE products (id integer PRIMARY KEY, price numeric(10, 4) NOT NULL, stock integer NOT NULL DEFAULT 0);
INSERT INTO products SELECT i, i * 1.2345, i % 10 FROM generate_series(1, 900) AS i;
INSERT INTO products VALUES (0, 0), (-1, -0.005);
