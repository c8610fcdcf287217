COMMENT ON COLUMN sales."Order Lines"."Qty" IS 'pieces';
COMMENT ON TABLE customers IS 'people';
ALTER TABLE sales."Order Lines" ALTER "Qty" SET DEFAULT 2;
ALTER TABLE sales."Order Lines" ALTER COLUMN "Qty" SET STATISTICS 200;
ALTER TABLE customers SET (fillfactor = 80);
