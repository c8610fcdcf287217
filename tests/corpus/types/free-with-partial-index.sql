-- expect: change-type-rescans
-- because: A partial index whose predicate names the column is built again.
-- observed: ACCESS EXCLUSIVE on members; builds members_login_given
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login varchar(20), active boolean);
CREATE INDEX members_login_given ON members (id) WHERE login IS NOT NULL;
-- migration
ALTER TABLE members ALTER COLUMN login TYPE varchar;
