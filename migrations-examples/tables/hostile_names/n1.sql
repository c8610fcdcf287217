UPDATE "a""; drop table b; --" SET "select" = 99 WHERE "ID" = 9;
UPDATE "a""; drop table b; --" SET "Size; --" = 'new', "New Column" = 'n' WHERE "ID" = 10;
UPDATE "Shop's"."Order" SET "User" = 3 WHERE "Nr." = 3;
