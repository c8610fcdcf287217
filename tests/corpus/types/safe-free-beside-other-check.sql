-- expect: nothing
-- because: The CHECK is on another column.
-- observed: ACCESS EXCLUSIVE on members
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login varchar(20), age integer CHECK (age > 0));
-- migration
ALTER TABLE members ALTER COLUMN login TYPE varchar(40);
