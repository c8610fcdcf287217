-- expect: nothing
-- because: The policy names another column.
-- observed: ACCESS EXCLUSIVE on docs
-- setup
CREATE TABLE docs (id int PRIMARY KEY, tenant int, title varchar(20));
CREATE POLICY own ON docs USING (tenant = 1);
-- migration
ALTER TABLE docs ALTER COLUMN title TYPE varchar(40);
