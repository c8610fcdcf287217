CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL, cents bigint NOT NULL);
INSERT INTO orders SELECT i, 'c' || i % 10, i FROM generate_series(1, 300) AS i;
