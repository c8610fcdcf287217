-- expect: nothing
-- because: ANALYZE takes SHARE UPDATE EXCLUSIVE.
-- transaction: file
-- observed: SHARE UPDATE EXCLUSIVE on orders
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
ANALYZE orders (amount);
