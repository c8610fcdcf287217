CREATE SCHEMA "Shop's";
CREATE TABLE b (id integer);
CREATE TABLE "a""; drop table b; --" (
  "ID" integer PRIMARY KEY,
  "select" integer NOT NULL DEFAULT 5,
  "Größe %s $1 {x}" text,
  "he said ""hi""" varchar(10) DEFAULT 'a''b',
  CONSTRAINT "check; --" CHECK ("select" > 0)
);
CREATE INDEX "Index ""quoted""" ON "a""; drop table b; --" ("select", "Größe %s $1 {x}");
CREATE TABLE "Shop's"."Order" ("Nr." integer PRIMARY KEY, "user" integer, total integer);
COMMENT ON COLUMN "a""; drop table b; --"."select" IS 'it''s $midflight$ \ here';
INSERT INTO "a""; drop table b; --" SELECT i, i, 'ä%s'' ' || i, nullif('x' || i % 3, 'x0') FROM generate_series(1, 600) AS i;
INSERT INTO "Shop's"."Order" SELECT i, i, i FROM generate_series(1, 600) AS i;
