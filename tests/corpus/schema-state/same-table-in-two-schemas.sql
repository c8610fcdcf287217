-- expect: change-type-rewrites
-- because: The varchar is in crm.people; public.people has an integer.
-- observed: ACCESS EXCLUSIVE on people; rewrites people
-- setup
CREATE SCHEMA crm;
CREATE TABLE crm.people (id bigint PRIMARY KEY, code varchar(10));
CREATE TABLE public.people (id bigint PRIMARY KEY, code integer);
-- migration
ALTER TABLE people ALTER COLUMN code TYPE varchar(20);
