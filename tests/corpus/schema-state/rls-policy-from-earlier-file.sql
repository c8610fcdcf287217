-- expect: nothing
-- because: An earlier migration made the policy.
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
-- migration
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
