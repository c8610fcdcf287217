-- expect: drop-not-null
-- because: Readers that never met a NULL in either column will.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on Invoice
-- setup
CREATE TABLE "Invoice" ("id" TEXT PRIMARY KEY, "dueAt" TIMESTAMP(3) NOT NULL, "total" INTEGER NOT NULL);
-- migration
-- AlterTable
ALTER TABLE "Invoice" ALTER COLUMN "dueAt" DROP NOT NULL,
ALTER COLUMN "total" DROP NOT NULL;
