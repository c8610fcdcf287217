-- expect: change-type-rewrites, rename-object, drop-dependent-object
-- also: transaction-control, wide-lock-window
-- because: Prisma replaces an enum by converting the column, which rewrites the table.
-- observed: ACCESS EXCLUSIVE on Member; rewrites Member
-- setup
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');
CREATE TABLE "Member" ("id" SERIAL PRIMARY KEY, "role" "Role" NOT NULL);
-- migration
-- AlterEnum
BEGIN;
CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN');
ALTER TABLE "Member" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
COMMIT;
