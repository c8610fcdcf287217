-- expect: index-build-blocks-writes
-- because: SHARE on a materialized view keeps it from being refreshed while the index is built.
-- observed: SHARE on daily_totals; builds daily_totals_day
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE MATERIALIZED VIEW daily_totals AS SELECT created_at::date AS day, sum(amount) AS total FROM orders GROUP BY 1;
-- migration
CREATE UNIQUE INDEX daily_totals_day ON daily_totals (day);
