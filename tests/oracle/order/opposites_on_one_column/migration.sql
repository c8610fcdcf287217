ALTER TABLE sales."Order Lines" ALTER COLUMN "Qty" DROP DEFAULT, ALTER COLUMN "Qty" SET DEFAULT 5;
ALTER TABLE sales."Order Lines" ALTER "Note" SET NOT NULL;
ALTER TABLE sales."Order Lines" ALTER "Note" DROP NOT NULL;
COMMENT ON COLUMN sales."Order Lines"."Note" IS 'first';
COMMENT ON COLUMN sales."Order Lines"."Note" IS NULL;
COMMENT ON COLUMN sales."Order Lines".price IS 'in euros';
