-- expect: alter-type-cascade
-- because: The column of each typed table changes its type with the attribute.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on readings; rewrites readings
-- setup
CREATE TYPE reading AS (sensor integer, value integer);
CREATE TABLE readings OF reading;
-- migration
alter type reading alter attribute value type bigint cascade;
