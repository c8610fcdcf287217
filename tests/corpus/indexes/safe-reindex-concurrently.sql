-- expect: nothing
-- because: CONCURRENTLY may stand in the option list.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_pkey
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
REINDEX (CONCURRENTLY) TABLE orders;
