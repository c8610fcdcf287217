-- expect: refresh-matview-blocks-reads
-- because: WITH NO DATA makes it unreadable until the next refresh.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on totals; rewrites totals
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE MATERIALIZED VIEW totals AS SELECT sum(amount) AS total FROM orders;
-- migration
refresh materialized view public.totals with no data;
