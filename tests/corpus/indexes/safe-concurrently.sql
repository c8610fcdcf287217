-- expect: nothing
-- because: Built under SHARE UPDATE EXCLUSIVE, reads and writes go on.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_customer_id_idx
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
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
