-- expect: add-unique-builds-index
-- because: The index is built under ACCESS EXCLUSIVE.
-- transaction: file
-- pg: 15
-- observed: ACCESS EXCLUSIVE on seats; builds seats_row_number_key
-- setup
CREATE TABLE "seats" ("id" bigint PRIMARY KEY, "row" integer, "number" integer);
-- migration
ALTER TABLE "seats" ADD UNIQUE NULLS NOT DISTINCT ("row", "number");
