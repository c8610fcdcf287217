-- expect: enable-rls-without-policy
-- because: The policy was there once, and an earlier migration dropped it.
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
CREATE POLICY orders_visible ON orders USING (status <> 'secret');
DROP POLICY orders_visible ON orders;
-- migration
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
