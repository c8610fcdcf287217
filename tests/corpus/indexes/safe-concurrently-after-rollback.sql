-- expect: nothing
-- because: ROLLBACK closes a transaction as well.
-- observed: SHARE UPDATE EXCLUSIVE on orders; reads orders; builds orders_status_idx
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
BEGIN;
SELECT count(*) FROM orders;
ROLLBACK;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
