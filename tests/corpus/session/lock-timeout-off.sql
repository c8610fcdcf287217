-- expect: lock-timeout-disabled
-- because: Without a limit the ALTER waits behind any open reader, and everybody waits behind the ALTER.
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
SET lock_timeout = 0;
ALTER TABLE orders ADD COLUMN region text;
