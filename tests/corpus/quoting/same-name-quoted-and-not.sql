-- expect: nothing
-- because: "orders" is orders.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE "invoices" (ID bigint PRIMARY KEY, Status text);
CREATE INDEX ON INVOICES ("status");
ALTER TABLE "public"."invoices" RENAME COLUMN STATUS TO "Status";
