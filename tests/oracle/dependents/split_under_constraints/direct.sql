DROP INDEX "Cn"; ALTER TABLE "Cust" DROP CONSTRAINT "Uq", DROP CONSTRAINT ck;
ALTER TABLE "Cust" ADD "First" text, ADD "Last" text;
UPDATE "Cust" SET "First"=split_part("Full", ' ', 1), "Last"=split_part("Full", ' ', 2);
ALTER TABLE "Cust" ALTER "First" SET NOT NULL, DROP "Full";
ALTER TABLE "Cust" ADD CONSTRAINT "Uq" UNIQUE ("First", "Last");
