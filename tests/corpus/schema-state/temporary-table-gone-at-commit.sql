-- expect: index-build-blocks-writes
-- because: ON COMMIT DROP: after COMMIT the name means the real table again.
-- observed: SHARE on orders; reads orders; builds orders_status_idx
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
BEGIN;
CREATE TEMP TABLE orders ON COMMIT DROP AS SELECT * FROM public.orders LIMIT 10;
COMMIT;
CREATE INDEX orders_status_idx ON orders (status);
