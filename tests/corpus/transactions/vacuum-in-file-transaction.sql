-- expect: not-allowed-in-transaction
-- because: VACUUM is refused inside a transaction.
-- transaction: file
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
VACUUM ANALYZE orders;
