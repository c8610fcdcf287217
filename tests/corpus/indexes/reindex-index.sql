-- expect: reindex-blocks-access
-- because: SHARE on the table, ACCESS EXCLUSIVE on the index: SELECT waits as well.
-- observed: ACCESS EXCLUSIVE on orders_status_idx; SHARE on orders; builds orders_status_idx
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
reindex index orders_status_idx;
