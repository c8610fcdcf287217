ALTER TABLE sales."Order Lines" DROP CONSTRAINT IF EXISTS "Qty positive", ADD CONSTRAINT "Qty positive" CHECK ("Qty" > 0 AND "Qty" < 1000);
