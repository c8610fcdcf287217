-- expect: nothing
-- because: The policy is there before anyone is subject to it.
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
BEGIN;
CREATE POLICY orders_visible ON orders USING (status <> 'secret');
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
COMMIT;
