-- expect: domain-constraint-scans
-- because: Every table that uses the domain is read under SHARE.
-- transaction: file
-- observed: SHARE on firms; SHARE on people; scans firms; scans people
-- setup
CREATE DOMAIN email_address AS text;
CREATE TABLE people (id bigint PRIMARY KEY, email email_address);
CREATE TABLE firms (id bigint PRIMARY KEY, contact email_address);
-- migration
alter domain email_address set not null;
