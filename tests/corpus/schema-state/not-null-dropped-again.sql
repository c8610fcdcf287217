-- expect: set-not-null-scans
-- because: It was NOT NULL once; an earlier migration took that back.
-- observed: ACCESS EXCLUSIVE on parcels; scans parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, weight integer NOT NULL);
ALTER TABLE parcels ALTER COLUMN weight DROP NOT NULL;
-- migration
ALTER TABLE parcels ALTER COLUMN weight SET NOT NULL;
