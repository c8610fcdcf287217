-- expect: long-work-under-lock
-- because: COMMIT AND CHAIN opens a transaction, in which the lock and the long work meet.
-- observed: ACCESS EXCLUSIVE on orders; scans orders
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
COMMENT ON TABLE orders IS 'orders';
COMMIT AND CHAIN;
ALTER TABLE orders ADD COLUMN region text;
DELETE FROM orders WHERE created_at < '2020-01-01' AND status = 'old';
COMMIT;
