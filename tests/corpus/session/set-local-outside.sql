-- expect: ineffective-set-local
-- because: SET LOCAL outside a transaction has no effect but a warning.
-- observed: ACCESS EXCLUSIVE on orders
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
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN region text;
