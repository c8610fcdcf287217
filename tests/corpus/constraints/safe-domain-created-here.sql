-- expect: nothing
-- because: No table uses the new domain.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE DOMAIN percentage AS integer;
ALTER DOMAIN percentage ADD CONSTRAINT in_range CHECK (VALUE BETWEEN 0 AND 100);
ALTER DOMAIN percentage SET NOT NULL;
