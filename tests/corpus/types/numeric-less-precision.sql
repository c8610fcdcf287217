-- expect: change-type-narrows
-- also: change-type-rewrites
-- because: Values of the old precision may not fit.
-- observed: ACCESS EXCLUSIVE on prices; rewrites prices
-- setup
CREATE TABLE prices (id bigint PRIMARY KEY, price numeric(12,2) NOT NULL);
-- migration
ALTER TABLE prices ALTER COLUMN price TYPE numeric(10,2);
