INSERT INTO "Shop Data"."Customers" VALUES ({n}, 'old');
INSERT INTO "Shop Data"."Line Items" VALUES ({n}, 1, 5);
UPDATE "Shop Data"."Customers" SET "Full Name" = 'x' WHERE "Id" = 1;
