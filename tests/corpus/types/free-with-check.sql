-- expect: change-type-rescans
-- because: The change itself is free, but the CHECK on the column is verified again, under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on members; scans members
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login varchar(20), CONSTRAINT login_length CHECK (length(login) > 1));
-- migration
ALTER TABLE members ALTER COLUMN login TYPE varchar(40);
