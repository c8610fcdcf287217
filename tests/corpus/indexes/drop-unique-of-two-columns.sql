-- expect: drop-unique-index
-- also: index-drop-blocks-access
-- because: ON CONFLICT (tenant, reference) has no index to stand on.
-- observed: ACCESS EXCLUSIVE on parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, tenant bigint NOT NULL, reference text NOT NULL);
CREATE UNIQUE INDEX parcels_reference ON parcels (tenant, reference);
-- migration
SET lock_timeout = '1s';
DROP INDEX parcels_reference;
