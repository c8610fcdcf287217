-- expect: concurrent-drop-unsupported
-- because: CONCURRENTLY takes no CASCADE.
-- observed: fails 0A000
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE INDEX orders_day ON orders (day);
-- migration
DROP INDEX CONCURRENTLY orders_day CASCADE;
