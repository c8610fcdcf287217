-- expect: enum-value-same-transaction
-- because: A default is a use.
-- transaction: file
-- observed: fails 55P04
-- setup
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "Member" ("id" SERIAL PRIMARY KEY, "role" "Role" NOT NULL DEFAULT 'USER');
-- migration
-- AlterEnum
ALTER TYPE "Role" ADD VALUE 'GUEST';
-- AlterTable
ALTER TABLE "Member" ALTER COLUMN "role" SET DEFAULT 'GUEST';
