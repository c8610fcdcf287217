-- expect: sequence-set-back
-- because: Rows have these numbers already; INSERTs fail until it has passed them.
-- observed: nothing on existing tables
-- setup
CREATE TABLE parcels (id serial PRIMARY KEY, label text);
-- migration
ALTER SEQUENCE parcels_id_seq RESTART WITH 1;
