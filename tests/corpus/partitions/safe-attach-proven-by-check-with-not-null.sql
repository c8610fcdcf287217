-- expect: nothing
-- because: The check itself says IS NOT NULL, so it implies the bounds.
-- observed: ACCESS EXCLUSIVE on readings_1; SHARE UPDATE EXCLUSIVE on readings; reads readings_1
-- setup
CREATE TABLE readings (id bigint, day integer) PARTITION BY RANGE (day);
CREATE TABLE readings_1 (id bigint, day integer);
-- migration
ALTER TABLE readings_1 ADD CONSTRAINT bounds CHECK (day IS NOT NULL AND day >= 0 AND day < 2000) NOT VALID;
ALTER TABLE readings_1 VALIDATE CONSTRAINT bounds;
ALTER TABLE readings ATTACH PARTITION readings_1 FOR VALUES FROM (0) TO (2000);
