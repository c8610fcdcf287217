-- expect: nothing
-- because: pg_temp can only mean a temporary table.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TEMPORARY TABLE batch (id bigint);
DROP TABLE pg_temp.batch;
