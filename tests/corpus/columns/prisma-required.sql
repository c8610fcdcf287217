-- expect: add-column-required
-- because: The column is required and has no default; Prisma says so in its own warning.
-- transaction: file
-- observed: fails 23502
-- setup
CREATE TABLE "Post" ("id" SERIAL PRIMARY KEY, "title" TEXT NOT NULL);
-- migration
/*
  Warnings:

  - Added the required column `authorId` to the `Post` table without a default value. This is not possible if the table is not empty.

*/
-- AlterTable
ALTER TABLE "Post" ADD COLUMN     "authorId" INTEGER NOT NULL;
