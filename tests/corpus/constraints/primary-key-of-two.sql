-- expect: add-primary-key-builds-index
-- because: The columns are NOT NULL already, but the index is built under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on _CategoryToPost; builds _CategoryToPost_AB_pkey
-- setup
CREATE TABLE "_CategoryToPost" ("A" integer NOT NULL, "B" integer NOT NULL);
-- migration
-- AlterTable
ALTER TABLE "_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_AB_pkey" PRIMARY KEY ("A", "B");
