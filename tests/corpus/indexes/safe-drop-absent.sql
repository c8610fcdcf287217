-- expect: nothing
-- because: An index that an earlier migration has dropped is not there to lock.
-- observed: nothing on existing tables
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE INDEX orders_status_idx ON orders (status);
DROP INDEX orders_status_idx;
-- migration
DROP INDEX IF EXISTS orders_status_idx;
