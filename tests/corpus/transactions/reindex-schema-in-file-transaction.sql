-- expect: not-allowed-in-transaction
-- also: reindex-blocks-access
-- because: REINDEX SCHEMA goes table by table, each in a transaction of its own.
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
REINDEX SCHEMA public;
