-- expect: nothing
-- because: ALTER INDEX RENAME takes SHARE UPDATE EXCLUSIVE on the index only.
-- observed: SHARE UPDATE EXCLUSIVE on orders_status_idx
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
-- migration
ALTER INDEX orders_status_idx RENAME TO index_orders_on_status;
