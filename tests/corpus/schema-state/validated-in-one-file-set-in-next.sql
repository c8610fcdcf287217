-- expect: nothing
-- because: VALIDATE is done and committed.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, weight integer);
ALTER TABLE parcels ADD CONSTRAINT weight_given CHECK (weight IS NOT NULL) NOT VALID;
ALTER TABLE parcels VALIDATE CONSTRAINT weight_given;
-- migration
ALTER TABLE parcels ALTER COLUMN weight SET NOT NULL;
