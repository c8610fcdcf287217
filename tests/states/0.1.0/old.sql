-- What the old release writes while all is in flight: the numbers of rows 1 to 5 become 1001 to 1005.
UPDATE accounts SET amount = id + 1000 WHERE id <= 5;
UPDATE amounts SET amount = id + 1000 WHERE id <= 5;
UPDATE "Totals" SET "Amount" = id + 1000 WHERE id <= 5;
UPDATE people SET name = 'Older ' || (id + 1000) WHERE id <= 5;
UPDATE mails SET n = id + 1000, legacy = 'z' WHERE id <= 5;
UPDATE places SET n = id + 1000 WHERE id <= 5;
UPDATE own SET n = id + 1000 WHERE id <= 5;
UPDATE goods SET n = id + 1000 WHERE id <= 5;
