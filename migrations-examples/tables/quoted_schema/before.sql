CREATE SCHEMA "Shop Data";
CREATE TABLE "Shop Data"."Customers" ("Id" integer PRIMARY KEY, "Full Name" text);
CREATE TABLE "Shop Data"."Line Items" (
  "Id" integer PRIMARY KEY,
  "Customer" integer NOT NULL REFERENCES "Shop Data"."Customers",
  "Cents" integer NOT NULL DEFAULT 0 CONSTRAINT "Not Negative" CHECK ("Cents" >= 0)
);
CREATE INDEX "By Amount" ON "Shop Data"."Line Items" ("Cents" DESC);
INSERT INTO "Shop Data"."Customers" SELECT i, 'ß' || i FROM generate_series(1, 300) AS i;
INSERT INTO "Shop Data"."Line Items" SELECT i, i, i FROM generate_series(1, 300) AS i;
