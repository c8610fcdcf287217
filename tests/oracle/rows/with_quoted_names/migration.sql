UPDATE ONLY "Sales"."Order Lines" AS "L" SET ("Note", "Qty") = (upper("L"."Note"), "Qty" + 1) WHERE "L"."Qty" > 5 -- the small ones stay
;
UPDATE "Sales"."Order Lines" SET "Note" = '-' WHERE "Note" IS NULL;
ALTER TABLE "Sales"."Order Lines" ALTER COLUMN "Note" SET NOT NULL;
