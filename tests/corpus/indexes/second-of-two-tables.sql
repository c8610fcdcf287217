-- expect: index-build-blocks-writes
-- because: Only the first table is new.
-- observed: SHARE on orders; builds orders_created_at_idx
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
CREATE TABLE invoices (id bigint PRIMARY KEY, order_id bigint NOT NULL);
CREATE INDEX invoices_order_id_idx ON invoices (order_id);
CREATE INDEX orders_created_at_idx ON orders (created_at);
