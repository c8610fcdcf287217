-- expect: attach-partition-scans
-- because: The check accepts NULL, the bounds don't.
-- observed: ACCESS EXCLUSIVE on readings_1; SHARE UPDATE EXCLUSIVE on readings; scans readings_1
-- setup
CREATE TABLE readings (id bigint, day integer) PARTITION BY RANGE (day);
CREATE TABLE readings_1 (id bigint, day integer, CONSTRAINT bounds CHECK (day >= 0 AND day < 2000));
-- migration
ALTER TABLE readings ATTACH PARTITION readings_1 FOR VALUES FROM (0) TO (2000);
