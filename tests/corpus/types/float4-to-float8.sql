-- expect: change-type-rewrites
-- because: real has four bytes, double precision eight.
-- observed: ACCESS EXCLUSIVE on readings; rewrites readings
-- setup
CREATE TABLE readings (id bigint PRIMARY KEY, value real);
-- migration
ALTER TABLE readings ALTER COLUMN value TYPE double precision;
