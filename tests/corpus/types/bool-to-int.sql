-- expect: change-type-rewrites
-- because: Each value is computed anew.
-- observed: ACCESS EXCLUSIVE on flags; rewrites flags
-- setup
CREATE TABLE flags (id bigint PRIMARY KEY, on_off boolean);
-- migration
ALTER TABLE flags ALTER COLUMN on_off TYPE integer USING CASE WHEN on_off THEN 1 ELSE 0 END;
