-- expect: long-work-under-lock
-- because: The materialized view is computed while the ALTER's lock keeps everybody out.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; EXCLUSIVE on totals; reads totals; scans orders
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
CREATE UNIQUE INDEX totals_customer_id ON totals (customer_id);
-- migration
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
