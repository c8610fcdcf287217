ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
ALTER TABLE orders DROP COLUMN note;
CREATE TABLE archive AS SELECT * FROM orders WHERE false;
