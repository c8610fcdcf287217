SELECT "Größe %s $1 {x}" = 'old' FROM "a""; drop table b; --" WHERE "ID" = 8;
SELECT "select" = 99 FROM "a""; drop table b; --" WHERE "ID" = 9;
SELECT "Größe %s $1 {x}" = 'new' FROM "a""; drop table b; --" WHERE "ID" = 10;
SELECT "user" = 3 FROM "Shop's"."Order" WHERE "Nr." = 3;
