-- One change that concerns two tables: a key and the column that refers to it, and a column of each beside.
ALTER TABLE customers ALTER COLUMN id TYPE bigint;
ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;
ALTER TABLE customers RENAME COLUMN mail TO email;
-- midflight: reverse total = total::text
ALTER TABLE orders ALTER COLUMN total TYPE numeric USING total::numeric;
