CREATE TABLE orders (id integer PRIMARY KEY, amount integer NOT NULL DEFAULT 0, customer text NOT NULL, note text);
CREATE INDEX orders_amount_idx ON orders (amount);
INSERT INTO orders SELECT n, n, 'c' || n, 'x' FROM generate_series(1, 500) n;
