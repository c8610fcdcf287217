-- expect: view-loses-column
-- because: Under its old name the column is gone.
-- observed: ACCESS EXCLUSIVE on labels
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, label text, state text);
CREATE VIEW labels (id, label) AS SELECT id, label FROM parcels;
-- migration
BEGIN;
DROP VIEW labels;
CREATE VIEW labels (id, title) AS SELECT id, label FROM parcels;
COMMIT;
