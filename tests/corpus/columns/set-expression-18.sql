-- expect: set-expression-rewrites
-- because: The column is STORED, so all its values change in a rewrite.
-- transaction: file
-- pg: 18
-- setup
CREATE TABLE boxes (id bigint PRIMARY KEY, width bigint, area bigint GENERATED ALWAYS AS (width * 2) STORED);
-- migration
alter table boxes alter area set expression as (width * 3);
