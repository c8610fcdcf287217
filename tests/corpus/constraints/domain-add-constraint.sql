-- expect: domain-constraint-scans
-- because: Every table that uses the domain is read under SHARE: no writes.
-- observed: SHARE on people; scans people
-- setup
CREATE DOMAIN email_address AS text;
CREATE TABLE people (id bigint PRIMARY KEY, email email_address);
INSERT INTO people SELECT n, 'a@b' FROM generate_series(1, 500) n;
-- migration
ALTER DOMAIN email_address ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
