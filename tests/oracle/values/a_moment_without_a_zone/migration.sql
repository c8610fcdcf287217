ALTER TABLE "Visits" ALTER COLUMN "Seen At" TYPE timestamptz;
