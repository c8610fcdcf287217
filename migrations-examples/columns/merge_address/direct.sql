ALTER TABLE customers ADD COLUMN address text;
UPDATE customers SET address = coalesce(street, '') || ', ' || city;
ALTER TABLE customers ALTER COLUMN address SET NOT NULL, DROP COLUMN street, DROP COLUMN city;
