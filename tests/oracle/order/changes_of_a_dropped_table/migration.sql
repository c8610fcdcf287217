ALTER TABLE "Orders" ALTER COLUMN id TYPE bigint;
ALTER TABLE "Orders" ADD COLUMN seen boolean;
CREATE INDEX by_seen ON "Orders" (seen);
DROP TABLE "Orders";
