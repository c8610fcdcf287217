-- expect: drop-dependent-object
-- because: Whoever reads the one or draws from the other fails.
-- observed: ACCESS EXCLUSIVE on totals
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE MATERIALIZED VIEW totals AS SELECT sum(amount) FROM orders;
CREATE SEQUENCE invoice_numbers;
-- migration
DROP MATERIALIZED VIEW IF EXISTS totals;
DROP SEQUENCE invoice_numbers;
