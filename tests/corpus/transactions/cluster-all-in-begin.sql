-- expect: not-allowed-in-transaction
-- also: rewrite-maintenance
-- because: CLUSTER without a table is refused inside a transaction.
-- observed: fails 25001
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
CLUSTER;
COMMIT;
