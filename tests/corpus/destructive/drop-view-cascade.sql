-- expect: drop-dependent-object, drop-cascade
-- because: Views on top of the view go as well.
-- observed: ACCESS EXCLUSIVE on big_open_orders; ACCESS EXCLUSIVE on open_orders
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
CREATE VIEW big_open_orders AS SELECT * FROM open_orders WHERE amount > 100;
-- migration
DROP VIEW open_orders CASCADE;
