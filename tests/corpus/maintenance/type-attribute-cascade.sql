-- expect: alter-type-cascade
-- because: Every table of the type is altered under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on homes
-- setup
CREATE TYPE address AS (street text, city text);
CREATE TABLE homes OF address;
-- migration
ALTER TYPE address ADD ATTRIBUTE zip text CASCADE;
