-- expect: rename-column
-- because: Quoted keywords are names like others.
-- observed: ACCESS EXCLUSIVE on user
-- setup
CREATE TABLE "user" ("order" bigint PRIMARY KEY, "select" text, "column" text);
-- migration
ALTER TABLE "user" RENAME COLUMN "column" TO "to";
