-- expect: set-not-null-scans
-- because: Letters of any script are letters.
-- observed: ACCESS EXCLUSIVE on größen; scans größen
-- setup
CREATE TABLE größen (id bigint PRIMARY KEY, länge integer);
-- migration
ALTER TABLE größen ALTER COLUMN länge SET NOT NULL;
