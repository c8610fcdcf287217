-- expect: drop-schema, drop-cascade
-- because: Every table of the schema is dropped.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on reporting.totals
-- setup
CREATE SCHEMA reporting;
CREATE TABLE reporting.totals (id bigint PRIMARY KEY);
-- migration
drop schema if exists reporting cascade;
