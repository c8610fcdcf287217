-- expect: nothing
-- because: One batch, found by the key.
-- observed: ROW EXCLUSIVE on orders
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
UPDATE orders SET status = 'new' WHERE id >= 1 AND id < 50 AND status IS NULL;
