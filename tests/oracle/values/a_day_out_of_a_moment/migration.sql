ALTER TABLE "Visits" ALTER COLUMN left_at TYPE date USING (left_at AT TIME ZONE 'UTC')::date;
