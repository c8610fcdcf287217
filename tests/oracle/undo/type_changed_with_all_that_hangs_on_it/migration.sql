ALTER TABLE sales."Order Lines" ALTER COLUMN "Qty" TYPE bigint;
