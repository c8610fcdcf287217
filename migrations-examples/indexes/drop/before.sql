CREATE TABLE orders (id integer PRIMARY KEY, number text);
CREATE INDEX "Old Index" ON orders (number);
INSERT INTO orders SELECT i, 'N' || i FROM generate_series(1, 500) AS i;
