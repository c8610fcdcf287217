-- Prices kept as text become numbers. The old release goes on reading and writing text.
-- midflight: reverse price = price::text
ALTER TABLE items ALTER COLUMN price TYPE numeric USING trim(price)::numeric;
