-- expect: index-build-blocks-writes
-- because: IF NOT EXISTS takes SHARE on the table before it looks for the index.
-- observed: SHARE on orders
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
CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
