-- expect: nothing
-- because: The last change made it varchar(50), so varchar(80) is wider.
-- observed: ACCESS EXCLUSIVE on members
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login text);
ALTER TABLE members ALTER COLUMN login TYPE varchar(50);
-- migration
ALTER TABLE members ALTER COLUMN login TYPE varchar(80);
