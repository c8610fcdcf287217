ALTER TABLE "Totals" RENAME COLUMN "Amount" TO "Total";
