-- expect: nothing
-- because: Nobody else sees the table.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TEMP TABLE batch (id bigint);
TRUNCATE batch;
DELETE FROM batch;
