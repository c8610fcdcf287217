-- expect: replace-fails
-- because: CREATE OR REPLACE VIEW can add columns at the end, and nothing else.
-- observed: fails 42P16
-- setup
CREATE TABLE parcels (id bigint PRIMARY KEY, label text, state text);
CREATE VIEW open_parcels AS SELECT id, label, state FROM parcels;
-- migration
CREATE OR REPLACE VIEW open_parcels AS SELECT id, state FROM parcels;
