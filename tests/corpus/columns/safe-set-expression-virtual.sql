-- expect: nothing
-- because: A virtual column has no values to rewrite.
-- pg: 18
-- setup
CREATE TABLE boxes (id bigint PRIMARY KEY, width integer, area integer GENERATED ALWAYS AS (width * 2) VIRTUAL);
-- migration
ALTER TABLE boxes ALTER COLUMN area SET EXPRESSION AS (width * 3);
