SELECT "Name" = 'x' FROM "Shop Data"."Customers" WHERE "Id" = 1;
SELECT "Cents" = 7 AND pg_typeof("Cents") = 'bigint'::regtype FROM "Shop Data"."Line Items" WHERE "Id" = 2;
SELECT bool_and("Name" IN ('old', 'new')) FROM "Shop Data"."Customers" WHERE "Id" > 100000;
