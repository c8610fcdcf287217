-- midflight: reverse "At" = timestamp '2026-01-01' + "At"
ALTER TABLE customers ALTER COLUMN "At" TYPE time;
