-- expect: index-build-blocks-writes
-- because: The table that was just created is archive.orders; the index goes to public.orders.
-- observed: SHARE on orders; builds orders_status_idx
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE SCHEMA archive;
-- migration
CREATE TABLE archive.orders (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status_idx ON public.orders (status);
