CREATE SCHEMA "Shop"; CREATE TYPE "Shop"."Kind" AS ENUM ('x','y','z');
CREATE TABLE "Shop"."Item" ("Id" int PRIMARY KEY, "Kind" "Shop"."Kind" NOT NULL DEFAULT 'x', note text);
CREATE INDEX "Item_Kind" ON "Shop"."Item" ("Kind", note);
COMMENT ON COLUMN "Shop"."Item"."Kind" IS 'c';
INSERT INTO "Shop"."Item" SELECT i, (ARRAY['x','y'])[i%2+1]::"Shop"."Kind", 'n' FROM generate_series(1,9) i;
