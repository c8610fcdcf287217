-- expect: refresh-matview-blocks-reads
-- because: Readers of the materialized view wait for the whole refresh.
-- observed: ACCESS EXCLUSIVE on totals; reads orders; rewrites totals
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id;
-- migration
REFRESH MATERIALIZED VIEW totals;
