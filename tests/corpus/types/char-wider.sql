-- expect: change-type-rewrites
-- because: A wider char(n) pads every value.
-- observed: ACCESS EXCLUSIVE on parts; rewrites parts
-- setup
CREATE TABLE parts (id bigint PRIMARY KEY, code char(8));
-- migration
ALTER TABLE parts ALTER COLUMN code TYPE character(12);
