INSERT INTO "Shop's"."Order" ("Nr.", "user", total) VALUES ({n}, 1, 1);
UPDATE "a""; drop table b; --" SET "select" = 7 WHERE "ID" = 7;
UPDATE "a""; drop table b; --" SET "Größe %s $1 {x}" = 'old' WHERE "ID" = 8;
UPDATE "Shop's"."Order" SET "user" = 2 WHERE "Nr." = 2;
