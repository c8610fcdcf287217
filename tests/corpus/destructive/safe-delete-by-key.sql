-- expect: nothing
-- because: A few rows, found by the key.
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
DELETE FROM orders WHERE id IN (17, 23, 42);
DELETE FROM orders WHERE id BETWEEN 100 AND 110 AND status = 'test';
