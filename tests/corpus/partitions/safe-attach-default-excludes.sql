-- expect: nothing
-- because: A valid check of the default partition excludes the range, so it isn't read.
-- observed: ACCESS EXCLUSIVE on readings_rest; SHARE UPDATE EXCLUSIVE on readings
-- setup
CREATE TABLE readings (id bigint, day integer NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
INSERT INTO readings_rest SELECT n, n + 5000 FROM generate_series(1, 500) n;
ALTER TABLE readings_rest ADD CONSTRAINT not_early CHECK (day >= 2000);
-- migration
CREATE TABLE readings_1 (LIKE readings);
ALTER TABLE readings ATTACH PARTITION readings_1 FOR VALUES FROM (0) TO (2000);
