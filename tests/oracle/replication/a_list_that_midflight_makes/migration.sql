ALTER TABLE "My shop"."Orders" ALTER COLUMN "Amount" TYPE bigint;
