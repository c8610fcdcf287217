ALTER TABLE "Visits" ALTER COLUMN "Seen At" TYPE timestamptz USING coalesce("Seen At" AT TIME ZONE 'UTC', '2020-01-01 10:00');
