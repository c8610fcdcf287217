-- expect: nothing
-- because: Table and column have new names, the type is the old one.
-- observed: ACCESS EXCLUSIVE on accounts
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login varchar(20));
ALTER TABLE members RENAME COLUMN login TO handle;
ALTER TABLE members RENAME TO accounts;
-- migration
ALTER TABLE accounts ALTER COLUMN handle TYPE varchar(80);
