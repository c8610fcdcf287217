SELECT bool_and("Full Name" IN ('old', 'new')) FROM "Shop Data"."Customers" WHERE "Id" > 100000;
