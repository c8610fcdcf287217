-- expect: drop-dependent-object
-- because: Readers of the view fail.
-- observed: ACCESS EXCLUSIVE on open_orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE VIEW open_orders AS SELECT * FROM orders WHERE status = 'open';
-- migration
DROP VIEW open_orders;
