ALTER TABLE contacts ADD COLUMN country integer, ADD COLUMN number text;
UPDATE contacts SET country = substr(split_part(phone, ' ', 1), 2)::integer, number = split_part(phone, ' ', 2);
ALTER TABLE contacts ALTER COLUMN country SET NOT NULL, ALTER COLUMN number SET NOT NULL, DROP COLUMN phone;
