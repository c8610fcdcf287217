INSERT INTO "Shop Data"."Customers" ("Id", "Name", "E-Mail") VALUES ({n}, 'new', 'n');
UPDATE "Shop Data"."Line Items" SET "Cents" = 7 WHERE "Id" = 2;
INSERT INTO "Shop Data"."Notes" VALUES (2, 'note');
SELECT count(*) FROM "Shop Data"."Some Items";
