-- expect: nothing
-- because: The two are stored alike.
-- observed: ACCESS EXCLUSIVE on hosts
-- setup
CREATE TABLE hosts (id bigint PRIMARY KEY, address cidr, flags bit(3), mask varbit(5));
-- migration
ALTER TABLE hosts ALTER COLUMN address TYPE inet;
ALTER TABLE hosts ALTER COLUMN flags TYPE bit varying;
ALTER TABLE hosts ALTER COLUMN mask TYPE bit varying(10);
