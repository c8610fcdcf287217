CREATE TABLE orders (id integer PRIMARY KEY, cents bigint NOT NULL);
INSERT INTO orders SELECT i, i FROM generate_series(1, 300) AS i;
