-- expect: advice:index-replaced-drop-first
-- because: Between the two statements no index covers the column.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_status_created_at_idx
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
DROP INDEX CONCURRENTLY orders_status_idx;
CREATE INDEX CONCURRENTLY orders_status_created_at_idx ON orders (status, created_at);
