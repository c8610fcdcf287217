-- New names and new types for the same columns in one file, in either order, as one would write it by hand.
ALTER TABLE products RENAME COLUMN price TO amount;
ALTER TABLE products ALTER COLUMN amount DROP DEFAULT;
-- midflight: reverse amount = amount::text
ALTER TABLE products ALTER COLUMN amount TYPE numeric(10,2) USING trim(amount)::numeric;
ALTER TABLE products ALTER COLUMN amount SET DEFAULT 0;
ALTER TABLE products ALTER COLUMN weight TYPE bigint;
ALTER TABLE products RENAME COLUMN weight TO grams;
ALTER TABLE products RENAME COLUMN name TO title;
ALTER TABLE products RENAME COLUMN title TO label;
ALTER TABLE products ADD COLUMN colour text DEFAULT 'red';
ALTER TABLE products ALTER COLUMN colour SET NOT NULL;
