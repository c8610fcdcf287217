CREATE OR REPLACE VIEW sales."Cheap" AS SELECT "Id", price, "Qty" FROM sales."Order Lines" WHERE price < 5;
