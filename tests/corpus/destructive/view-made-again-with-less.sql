-- expect: view-loses-column
-- because: What reads the view goes on using it, and names a column that it has no more.
-- observed: ACCESS EXCLUSIVE on open_parcels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, label text, state text);
CREATE VIEW open_parcels AS SELECT id, label, state FROM parcels WHERE state <> 'delivered';
-- migration
BEGIN;
DROP VIEW open_parcels;
CREATE VIEW open_parcels AS SELECT id, state FROM parcels WHERE state <> 'delivered';
COMMIT;
