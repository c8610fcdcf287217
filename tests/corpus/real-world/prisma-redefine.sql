-- expect: drop-column, rename-column, add-foreign-key-scans
-- also: wide-lock-window, drop-constraint
-- because: Columns go and change their names while the release that uses them runs.
-- observed: ACCESS EXCLUSIVE on User; SHARE ROW EXCLUSIVE on Post; scans Post; scans User
-- setup
CREATE TABLE "User" ("id" SERIAL NOT NULL, "name" TEXT, "bio" TEXT, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Post" ("id" SERIAL NOT NULL, "authorId" INTEGER NOT NULL, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
CREATE INDEX "Post_authorId_idx" ON "Post"("authorId");
-- migration
/*
  Warnings:

  - You are about to drop the column `bio` on the `User` table. All the data in the column will be lost.

*/
-- AlterTable
ALTER TABLE "User" DROP COLUMN "bio",
ADD COLUMN     "about" TEXT;

-- AlterTable
ALTER TABLE "User" RENAME COLUMN "name" TO "displayName";

-- AddForeignKey
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
