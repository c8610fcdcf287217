-- expect: set-expression-rewrites
-- because: A new expression of a stored column is computed for every row at once.
-- pg: 17
-- setup
CREATE TABLE boxes (id bigint PRIMARY KEY, width integer, height integer, area integer GENERATED ALWAYS AS (width * height) STORED);
-- migration
ALTER TABLE boxes ALTER COLUMN area SET EXPRESSION AS (width + height);
