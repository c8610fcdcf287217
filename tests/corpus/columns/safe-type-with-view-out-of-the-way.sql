-- expect: nothing
-- because: Out of the way, and back, in one transaction.
-- observed: ACCESS EXCLUSIVE on all_orders; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW all_orders AS SELECT * FROM orders;
-- migration
BEGIN;
DROP VIEW all_orders;
ALTER TABLE orders ALTER COLUMN note TYPE text;
CREATE VIEW all_orders AS SELECT * FROM orders;
COMMIT;
