-- expect: reindex-blocks-access
-- because: REINDEX TABLE takes ACCESS EXCLUSIVE on each index, and planning any query opens every index.
-- observed: ACCESS EXCLUSIVE on orders_pkey; ACCESS EXCLUSIVE on orders_status_idx; SHARE on orders; builds orders_pkey; builds orders_status_idx
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE INDEX orders_status_idx ON orders (status);
-- migration
REINDEX TABLE orders;
