-- expect: nothing
-- because: The unqualified name means the temporary table.
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
CREATE TEMP TABLE orders AS SELECT * FROM public.orders LIMIT 10;
CREATE INDEX ON orders (amount);
