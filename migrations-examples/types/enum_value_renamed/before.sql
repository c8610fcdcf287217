CREATE TYPE state AS ENUM ('new', 'canceled', 'done');
CREATE TABLE orders (id integer PRIMARY KEY, state state NOT NULL DEFAULT 'new', note text);
CREATE INDEX orders_canceled_idx ON orders (id) WHERE state = 'canceled';
CREATE VIEW canceled AS SELECT id FROM orders WHERE state = 'canceled';
INSERT INTO orders SELECT i, (ARRAY['new', 'canceled', 'done'])[1 + i % 3]::state, 'ł' || i FROM generate_series(1, 900) AS i;
