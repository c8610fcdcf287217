-- expect: nothing
-- because: NOT VALID of a domain reads nothing and locks no table.
-- observed: nothing on existing tables
-- setup
CREATE DOMAIN email_address AS text;
CREATE TABLE people (id bigint PRIMARY KEY, email email_address);
-- migration
ALTER DOMAIN email_address ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;
