-- expect: nothing
-- because: A top-level AND proves each of its parts.
-- observed: ACCESS EXCLUSIVE on parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, weight integer, CONSTRAINT weight_ok CHECK (weight > 0 AND NOT (weight IS NULL)));
-- migration
ALTER TABLE parcels ALTER weight SET NOT NULL;
