-- expect: drop-column
-- because: The semicolon is part of the name.
-- observed: ACCESS EXCLUSIVE on odd; DROP TABLE x
-- setup
CREATE TABLE "odd; DROP TABLE x" (id bigint, "a;b" text, "c""d" text);
-- migration
ALTER TABLE "odd; DROP TABLE x" DROP COLUMN "c""d";
