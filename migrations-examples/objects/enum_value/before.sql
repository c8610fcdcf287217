CREATE TYPE order_status AS ENUM ('new', 'shipped');
CREATE TABLE orders (id integer PRIMARY KEY, status order_status NOT NULL DEFAULT 'new');
INSERT INTO orders SELECT i, (ARRAY['new', 'shipped']::order_status[])[1 + i % 2] FROM generate_series(1, 300) AS i;
