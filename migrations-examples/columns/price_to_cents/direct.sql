ALTER TABLE products ADD COLUMN price_cents bigint;
UPDATE products SET price_cents = round(price * 100)::bigint;
ALTER TABLE products ALTER COLUMN price_cents SET NOT NULL, ALTER COLUMN price_cents SET DEFAULT 0, DROP COLUMN price;
