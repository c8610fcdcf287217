DROP VIEW sales.amounts;
ALTER TABLE sales."Order Lines" ALTER COLUMN "Qty" TYPE bigint;
CREATE VIEW sales.amounts AS SELECT "Qty" FROM sales."Order Lines";
