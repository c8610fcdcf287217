-- expect: nothing
-- because: A plain VACUUM blocks neither reads nor writes.
-- observed: SHARE UPDATE EXCLUSIVE on orders
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
VACUUM (ANALYZE) orders;
