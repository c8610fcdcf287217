-- expect: attach-partition-scans
-- because: The check allows more than the bounds.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on readings_1; SHARE UPDATE EXCLUSIVE on readings; scans readings_1
-- setup
CREATE TABLE readings (id bigint, day integer NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE readings_1 (id bigint, day integer NOT NULL, CONSTRAINT bounds CHECK (day >= 0 AND day < 3000));
-- migration
alter table readings attach partition readings_1 for values from (0) to (2000);
