-- expect: nothing
-- because: The constraint's b-tree is kept.
-- observed: ACCESS EXCLUSIVE on accounts
-- setup
CREATE TABLE accounts (id bigint PRIMARY KEY, login varchar(20) UNIQUE);
-- migration
ALTER TABLE accounts ALTER COLUMN login TYPE varchar(60);
