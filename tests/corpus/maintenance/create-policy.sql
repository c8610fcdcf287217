-- expect: advice:trigger-change
-- because: CREATE POLICY takes ACCESS EXCLUSIVE for a moment.
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
CREATE POLICY orders_visible ON orders USING (status <> 'secret');
