-- expect: advice:rename-index-through-table
-- because: ALTER TABLE on an index takes ACCESS EXCLUSIVE on it; ALTER INDEX would not.
-- observed: ACCESS EXCLUSIVE on orders_status_idx
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
ALTER TABLE orders_status_idx RENAME TO index_orders_on_status;
