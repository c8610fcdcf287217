-- expect: nothing
-- because: All that could depend on the table is made here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE staging (id bigint PRIMARY KEY);
CREATE VIEW staging_ids AS SELECT id FROM staging;
DROP TABLE staging CASCADE;
