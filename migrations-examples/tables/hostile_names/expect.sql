SELECT "select" = 7 FROM "a""; drop table b; --" WHERE "ID" = 7;
SELECT "Size; --" = 'old' FROM "a""; drop table b; --" WHERE "ID" = 8;
SELECT "select" = 99 FROM "a""; drop table b; --" WHERE "ID" = 9;
SELECT "Size; --" = 'new' FROM "a""; drop table b; --" WHERE "ID" = 10;
SELECT "User" = 2 FROM "Shop's"."Order" WHERE "Nr." = 2;
SELECT "User" = 3 FROM "Shop's"."Order" WHERE "Nr." = 3;
SELECT count(*) = 0 FROM b;
