-- expect: set-not-null-scans
-- because: CHECK (amount > 0) accepts NULL, so it proves nothing.
-- observed: ACCESS EXCLUSIVE on parcels; scans parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, weight integer, CONSTRAINT weight_positive CHECK (weight > 0));
-- migration
ALTER TABLE parcels ALTER COLUMN weight SET NOT NULL;
