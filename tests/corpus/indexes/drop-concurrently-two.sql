-- expect: concurrent-drop-unsupported
-- because: CONCURRENTLY takes one index.
-- observed: fails 0A000
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE INDEX orders_day ON orders (day);
CREATE INDEX orders_state ON orders (state);
-- migration
-- DropIndex
DROP INDEX CONCURRENTLY "orders_day", "orders_state";
