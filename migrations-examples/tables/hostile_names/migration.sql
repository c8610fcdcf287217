-- Names with quotes, upper case, spaces, keywords, and worse.
ALTER TABLE "a""; drop table b; --" ALTER COLUMN "select" TYPE bigint;
ALTER TABLE "a""; drop table b; --" RENAME COLUMN "Größe %s $1 {x}" TO "Size; --";
ALTER TABLE "a""; drop table b; --" ALTER COLUMN "he said ""hi""" TYPE varchar(30);
ALTER TABLE "a""; drop table b; --" ADD COLUMN "New Column" text NOT NULL DEFAULT 'it''s "new"';
CREATE INDEX "Über" ON "a""; drop table b; --" ("ID", "New Column") WHERE "ID" > 5;
ALTER TABLE "a""; drop table b; --" ADD CONSTRAINT "Ref" FOREIGN KEY ("ID") REFERENCES "Shop's"."Order" ("Nr.") NOT VALID;
ALTER TABLE "Shop's"."Order" RENAME COLUMN "user" TO "User";
ALTER TABLE "Shop's"."Order" ALTER COLUMN total SET NOT NULL;
