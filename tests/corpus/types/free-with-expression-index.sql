-- expect: change-type-rescans
-- because: An expression index on the column is built again, under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on members; builds members_login_lower
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login varchar(20));
CREATE UNIQUE INDEX members_login_lower ON members (lower(login));
-- migration
ALTER TABLE members ALTER COLUMN login TYPE text;
