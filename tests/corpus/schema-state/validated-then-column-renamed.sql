-- expect: nothing
-- because: The check follows its column.
-- observed: ACCESS EXCLUSIVE on parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, weight integer, CONSTRAINT weight_given CHECK (weight IS NOT NULL));
ALTER TABLE parcels RENAME COLUMN weight TO grams;
-- migration
ALTER TABLE parcels ALTER COLUMN grams SET NOT NULL;
