DROP INDEX IF EXISTS sales."Lines by Qty";
CREATE INDEX IF NOT EXISTS "Lines by Qty" ON sales."Order Lines" ("Qty", "Note");
