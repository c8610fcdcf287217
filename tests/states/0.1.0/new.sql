-- The new release: the numbers of rows 6 to 10 become 1006 to 1010.
UPDATE accounts SET amount = id + 1000 WHERE id BETWEEN 6 AND 10;
UPDATE amounts SET amount = id + 1000 WHERE id BETWEEN 6 AND 10;
UPDATE "Totals" SET "Total" = id + 1000 WHERE id BETWEEN 6 AND 10;
UPDATE people SET number = id + 1000 WHERE id BETWEEN 6 AND 10 AND first_name IS NOT NULL;
UPDATE people SET first_name = 'New', number = id + 1000 WHERE id BETWEEN 6 AND 10 AND first_name IS NULL;
UPDATE mails SET n = id + 1000 WHERE id BETWEEN 6 AND 10;
UPDATE places SET n = id + 1000 WHERE id BETWEEN 6 AND 10;
UPDATE own SET n = id + 1000 WHERE id BETWEEN 6 AND 10;
UPDATE products SET n = id + 1000 WHERE id BETWEEN 6 AND 10;
