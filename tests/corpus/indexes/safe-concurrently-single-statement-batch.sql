-- expect: nothing
-- because: One statement in the query string is no transaction block.
-- transaction: batch
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_customer_id_idx
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
-- no-transaction
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
