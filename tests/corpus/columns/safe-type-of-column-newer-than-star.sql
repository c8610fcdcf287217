-- expect: nothing
-- because: * does not take columns that come later.
-- observed: ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE VIEW all_orders AS SELECT * FROM orders;
ALTER TABLE orders ADD COLUMN extra varchar(10);
-- migration
ALTER TABLE orders ALTER COLUMN extra TYPE text;
