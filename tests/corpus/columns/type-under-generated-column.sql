-- expect: column-has-dependents
-- also: change-type-rewrites
-- because: total is computed from amount.
-- observed: fails 0A000
-- setup
CREATE TABLE items (id int PRIMARY KEY, amount int, price int, total int GENERATED ALWAYS AS (amount * price) STORED);
-- migration
ALTER TABLE items ALTER COLUMN amount TYPE bigint;
