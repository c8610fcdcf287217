-- expect: nothing
-- because: Nobody else sees it, though it has the name of a real table.
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
CREATE TEMP TABLE orders AS SELECT id FROM public.orders WHERE amount > 900;
DROP TABLE orders;
