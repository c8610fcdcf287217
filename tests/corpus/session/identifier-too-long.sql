-- expect: identifier-too-long
-- because: PostgreSQL cuts names at 63 bytes.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds index_orders_on_customer_id_and_status_and_created_at_and_amoun
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
CREATE INDEX CONCURRENTLY index_orders_on_customer_id_and_status_and_created_at_and_amount_desc ON orders (customer_id, status);
