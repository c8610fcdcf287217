-- expect: rewrite-maintenance
-- because: FULL may stand in the option list.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
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
vacuum (analyze, full true, verbose) public.orders;
