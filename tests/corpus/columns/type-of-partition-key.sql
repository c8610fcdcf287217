-- expect: column-has-dependents
-- also: change-type-rewrites
-- because: The key of a partitioned table cannot change.
-- observed: fails 42P16
-- setup
CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);
-- migration
ALTER TABLE events ALTER COLUMN day TYPE timestamp;
