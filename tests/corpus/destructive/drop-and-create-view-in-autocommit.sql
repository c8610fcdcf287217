-- expect: drop-dependent-object
-- because: Between the two statements there is no view.
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
CREATE VIEW open_orders AS SELECT id FROM orders WHERE status = 'open';
-- migration
DROP VIEW open_orders;
CREATE VIEW open_orders AS SELECT id, amount FROM orders WHERE status = 'open';
