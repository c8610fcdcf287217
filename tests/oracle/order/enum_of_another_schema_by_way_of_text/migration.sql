ALTER TABLE "Shop"."Item" ALTER COLUMN "Kind" DROP DEFAULT;
ALTER TABLE "Shop"."Item" ALTER COLUMN "Kind" SET DATA TYPE text;
DROP TYPE "Shop"."Kind";
CREATE TYPE "Shop"."Kind" AS ENUM('x','y');
ALTER TABLE "Shop"."Item" ALTER COLUMN "Kind" SET DATA TYPE "Shop"."Kind" USING "Kind"::"Shop"."Kind";
ALTER TABLE "Shop"."Item" ALTER COLUMN "Kind" SET DEFAULT 'y';
