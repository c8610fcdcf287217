-- expect: index-build-blocks-writes
-- because: Quoted names are the same names; the build holds SHARE.
-- transaction: file
-- observed: SHARE on orders; builds index_orders_on_customer_id_and_status
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
CREATE INDEX "index_orders_on_customer_id_and_status" ON "orders" ("customer_id", "status");
