-- expect: truncate-cascade
-- also: wide-lock-window
-- because: CASCADE may stand behind RESTART IDENTITY.
-- observed: ACCESS EXCLUSIVE on Author; ACCESS EXCLUSIVE on Book; rewrites Author; rewrites Book
-- setup
CREATE TABLE "Author" ("id" SERIAL PRIMARY KEY);
CREATE TABLE "Book" ("id" SERIAL PRIMARY KEY, "authorId" INTEGER REFERENCES "Author" ("id"));
-- migration
TRUNCATE TABLE "Author" RESTART IDENTITY CASCADE;
