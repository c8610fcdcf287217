-- expect: index-build-blocks-writes
-- because: CREATE INDEX holds SHARE for the whole build, and no row can be written meanwhile.
-- observed: SHARE on orders; builds orders_customer_id_idx
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
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
