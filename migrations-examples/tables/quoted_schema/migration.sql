-- Everything lives in a schema with a name that needs quotes: a type, a rename, a new table, an index, a view.
ALTER TABLE "Shop Data"."Line Items" ALTER COLUMN "Cents" TYPE bigint;
ALTER TABLE "Shop Data"."Customers" RENAME COLUMN "Full Name" TO "Name";
ALTER TABLE "Shop Data"."Customers" ADD COLUMN "E-Mail" text;
CREATE TABLE "Shop Data"."Notes" ("Customer" integer REFERENCES "Shop Data"."Customers" ("Id"), "Text" text);
CREATE INDEX ON "Shop Data"."Line Items" ("Customer", "Id");
CREATE VIEW "Shop Data"."Some Items" AS SELECT "Id" FROM "Shop Data"."Line Items" WHERE "Id" < 10;
