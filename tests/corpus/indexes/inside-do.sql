-- expect: index-build-blocks-writes
-- also: dynamic-sql
-- because: A DO block runs its statements like any other, and CONCURRENTLY is not even possible in it.
-- observed: SHARE on orders; builds orders_amount_idx
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
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'orders_amount_idx') THEN
        CREATE INDEX orders_amount_idx ON orders (amount);
    END IF;
END
$$;
