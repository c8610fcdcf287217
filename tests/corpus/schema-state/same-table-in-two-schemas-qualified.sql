-- expect: nothing
-- because: The qualified table has a varchar.
-- observed: ACCESS EXCLUSIVE on crm.people
-- setup
CREATE SCHEMA crm;
CREATE TABLE crm.people (id bigint PRIMARY KEY, code varchar(10));
CREATE TABLE public.people (id bigint PRIMARY KEY, code integer);
-- migration
ALTER TABLE crm.people ALTER COLUMN code TYPE varchar(20);
