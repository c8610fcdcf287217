CREATE TABLE IF NOT EXISTS sales."Order Lines" (other integer);
CREATE INDEX IF NOT EXISTS "Lines by Qty" ON sales."Order Lines" (price);
ALTER TABLE sales."Order Lines" ADD COLUMN IF NOT EXISTS "Note" integer;
CREATE SEQUENCE IF NOT EXISTS sales.numbers START 7;
CREATE SCHEMA IF NOT EXISTS sales;
ALTER TABLE IF EXISTS sales.nowhere ADD COLUMN a integer;
DROP TABLE IF EXISTS sales.nowhere;
