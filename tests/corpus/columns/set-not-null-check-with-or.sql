-- expect: set-not-null-scans
-- because: A disjunct is no proof.
-- observed: ACCESS EXCLUSIVE on parcels; scans parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, weight integer, lost boolean);
ALTER TABLE parcels ADD CONSTRAINT weight_or_lost CHECK (weight IS NOT NULL OR lost) NOT VALID;
ALTER TABLE parcels VALIDATE CONSTRAINT weight_or_lost;
-- migration
ALTER TABLE parcels ALTER COLUMN weight SET NOT NULL;
