-- expect: nothing
-- because: These need SHARE UPDATE EXCLUSIVE only and touch no row.
-- observed: SHARE UPDATE EXCLUSIVE on orders
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
ALTER TABLE orders SET (autovacuum_vacuum_threshold = 1000);
ALTER TABLE orders RESET (autovacuum_vacuum_threshold);
ALTER INDEX orders_pkey SET (fillfactor = 90);
CREATE STATISTICS orders_amount_status ON amount, status FROM orders;
