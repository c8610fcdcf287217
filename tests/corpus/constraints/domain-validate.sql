-- expect: domain-constraint-scans
-- because: VALIDATE of a domain takes SHARE on each table and reads it: NOT VALID has bought nothing.
-- observed: SHARE on people; scans people
-- setup
CREATE DOMAIN email_address AS text;
CREATE TABLE people (id bigint PRIMARY KEY, email email_address);
INSERT INTO people SELECT n, 'a@b' FROM generate_series(1, 500) n;
ALTER DOMAIN email_address ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;
-- migration
ALTER DOMAIN email_address VALIDATE CONSTRAINT has_at;
