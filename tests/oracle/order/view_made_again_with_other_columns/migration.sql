DROP VIEW IF EXISTS sales."Cheap";
CREATE VIEW sales."Cheap" AS SELECT "Id", "Qty" FROM sales."Order Lines" WHERE price < 6;
COMMENT ON VIEW sales."Cheap" IS 'made again';
