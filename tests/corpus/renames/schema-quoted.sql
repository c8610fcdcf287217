-- expect: rename-schema
-- because: Every qualified name breaks at once.
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE SCHEMA "Tenant1";
CREATE TABLE "Tenant1"."User" (id bigint PRIMARY KEY);
-- migration
alter schema "Tenant1" rename to "tenant_1";
