CREATE SCHEMA "Sales";
CREATE TABLE "Sales"."Order Lines" ("Id" bigint PRIMARY KEY, "Note" varchar(20), "Qty" integer);
INSERT INTO "Sales"."Order Lines" SELECT n, CASE WHEN n % 2 = 0 THEN 'note' END, n FROM generate_series(1, 700) n;
