-- expect: concurrent-index-on-partitioned
-- because: The earlier migration made the table partitioned; its new name doesn't change that.
-- observed: SHARE UPDATE EXCLUSIVE on measurements; fails 0A000
-- setup
CREATE TABLE facts (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
ALTER TABLE facts RENAME TO measurements;
-- migration
CREATE INDEX CONCURRENTLY measurements_day ON measurements (day);
