ALTER TABLE shop."Events" ALTER COLUMN "Id" TYPE bigint;
