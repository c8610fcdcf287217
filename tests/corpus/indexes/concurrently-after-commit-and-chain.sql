-- expect: not-allowed-in-transaction
-- because: COMMIT AND CHAIN opens the next transaction at once.
-- observed: SHARE UPDATE EXCLUSIVE on orders; fails 25001
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
COMMENT ON TABLE orders IS 'what customers bought';
COMMIT AND CHAIN;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
COMMIT;
