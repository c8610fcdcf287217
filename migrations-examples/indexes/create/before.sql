CREATE TABLE orders (id integer PRIMARY KEY, number text, state text NOT NULL DEFAULT 'closed', note text, created_at timestamptz);
INSERT INTO orders
SELECT i, CASE WHEN i % 9 > 0 THEN 'N-' || i END, CASE i % 3 WHEN 0 THEN 'it''s open' ELSE 'closed' END, 'Ünïcode "' || i, timestamptz '2026-01-01 UTC' + i * interval '1 min'
FROM generate_series(1, 1500) AS i;
