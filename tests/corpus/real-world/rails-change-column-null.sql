-- expect: update-all-rows, set-not-null-scans
-- also: long-work-under-lock
-- because: change_column_null with a default writes all rows without a value, then reads the table for NULLs under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on books; scans books
-- setup
CREATE TABLE "books" ("id" bigserial primary key, "title" character varying);
ALTER TABLE "books" ADD COLUMN "pages" integer;
-- migration
UPDATE "books" SET "pages" = 0 WHERE true;
ALTER TABLE "books" ALTER COLUMN "pages" SET NOT NULL;
