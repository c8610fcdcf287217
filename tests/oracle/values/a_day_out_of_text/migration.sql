ALTER TABLE "Visits" ALTER COLUMN said TYPE date USING to_date(said, 'YYYY-MM-DD');
