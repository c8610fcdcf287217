ALTER TABLE "Visits" ALTER COLUMN weight TYPE text;
