-- expect: nothing
-- because: Nobody reads the new materialized view yet.
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
CREATE MATERIALIZED VIEW totals AS SELECT sum(amount) AS total FROM orders WITH NO DATA;
REFRESH MATERIALIZED VIEW totals;
