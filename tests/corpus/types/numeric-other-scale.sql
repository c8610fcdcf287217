-- expect: change-type-rewrites
-- also: change-type-narrows
-- because: Another scale rounds or pads each value: a rewrite even where the precision grows.
-- observed: ACCESS EXCLUSIVE on prices; rewrites prices
-- setup
CREATE TABLE prices (id bigint PRIMARY KEY, price numeric(10,2) NOT NULL);
-- migration
ALTER TABLE prices ALTER COLUMN price TYPE numeric(14,4);
