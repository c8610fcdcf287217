-- expect: change-type-rewrites, drop-column
-- because: What is computed goes first, in the same statement.
-- observed: ACCESS EXCLUSIVE on items; rewrites items
-- setup
CREATE TABLE items (id int PRIMARY KEY, amount int, price int, total int GENERATED ALWAYS AS (amount * price) STORED);
-- migration
ALTER TABLE items DROP COLUMN total, ALTER COLUMN amount TYPE bigint;
