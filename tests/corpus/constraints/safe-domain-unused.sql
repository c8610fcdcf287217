-- expect: nothing
-- because: No table uses the domain, so there is nothing to read.
-- observed: nothing on existing tables
-- setup
CREATE DOMAIN percentage AS integer;
-- migration
ALTER DOMAIN percentage ADD CONSTRAINT in_range CHECK (VALUE BETWEEN 0 AND 100);
