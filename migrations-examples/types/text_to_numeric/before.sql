CREATE TABLE items (id integer PRIMARY KEY, price text, sku text);
CREATE INDEX items_price_idx ON items (price) WHERE price IS NOT NULL;
INSERT INTO items SELECT i, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN ' 12.50 ' WHEN 2 THEN '-0' WHEN 3 THEN '1e3' ELSE i || '.' || i END, 'ß' || i
FROM generate_series(1, 900) AS i;
