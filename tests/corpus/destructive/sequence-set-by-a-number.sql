-- expect: sequence-set-back
-- because: Nobody knows which numbers rows have by the time that it runs.
-- observed: nothing on existing tables
-- setup
CREATE TABLE parcels (id serial PRIMARY KEY, label text);
-- migration
SELECT setval('parcels_id_seq', 1, false);
