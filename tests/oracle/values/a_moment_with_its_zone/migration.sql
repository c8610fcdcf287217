ALTER TABLE "Visits" ALTER COLUMN "Seen At" TYPE timestamptz USING "Seen At" AT TIME ZONE 'Europe/Berlin';
