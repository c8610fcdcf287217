-- expect: change-type-rewrites
-- because: Rails writes the new type only; integer to bigint rewrites.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on line_items; rewrites line_items
-- setup
CREATE TABLE "line_items" ("id" bigserial primary key, "quantity" integer DEFAULT 1 NOT NULL);
-- migration
ALTER TABLE "line_items" ALTER COLUMN "quantity" TYPE bigint;
