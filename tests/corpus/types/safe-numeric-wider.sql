-- expect: nothing
-- because: More digits before the point change nothing in the rows.
-- observed: ACCESS EXCLUSIVE on prices
-- setup
CREATE TABLE prices (id bigint PRIMARY KEY, price numeric(10,2) NOT NULL, tax decimal(6,2));
-- migration
ALTER TABLE prices ALTER COLUMN price TYPE decimal(14, 2), ALTER COLUMN tax TYPE numeric;
