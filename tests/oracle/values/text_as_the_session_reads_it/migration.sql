ALTER TABLE "Visits" ALTER COLUMN said TYPE date USING said::date;
