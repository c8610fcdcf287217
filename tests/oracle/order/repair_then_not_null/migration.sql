UPDATE customers SET country = 'DE' WHERE country IS NULL;
ALTER TABLE customers ALTER COLUMN country SET NOT NULL;
