ALTER TABLE sales."Order Lines" ALTER COLUMN "Qty" TYPE "pg_catalog"."int8" USING "Qty"::"int8";
ALTER TABLE sales."Order Lines" ALTER COLUMN price TYPE numeric(12, 2);
ALTER TABLE sales."Order Lines" ALTER COLUMN "Note" SET DATA TYPE "varchar"(40);
