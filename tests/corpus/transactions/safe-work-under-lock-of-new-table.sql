-- expect: nothing
-- because: The locked table is created here.
-- transaction: file
-- observed: reads orders
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
CREATE TABLE order_totals (customer_id bigint, total bigint);
ALTER TABLE order_totals ADD COLUMN at timestamptz;
INSERT INTO order_totals SELECT customer_id, sum(amount) FROM orders GROUP BY customer_id;
CREATE INDEX order_totals_customer_id ON order_totals (customer_id);
