CREATE TABLE customers (id integer PRIMARY KEY, mail text);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE, total text NOT NULL);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
INSERT INTO customers SELECT i, i || '@example.com' FROM generate_series(1, 600) AS i;
INSERT INTO orders SELECT i, i, i || '.5' FROM generate_series(1, 600) AS i;
