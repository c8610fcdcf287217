-- expect: index-build-blocks-writes
-- because: public.orders is the real table though a temporary one has its name.
-- observed: SHARE on orders; reads orders; builds orders_created_at_idx
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
CREATE TEMPORARY TABLE orders AS SELECT * FROM public.orders WHERE amount > 900;
CREATE INDEX orders_created_at_idx ON public.orders (created_at);
