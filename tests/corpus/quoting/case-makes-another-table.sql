-- expect: index-build-blocks-writes
-- because: "Orders" is new, orders is not.
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
-- migration
CREATE TABLE "Orders" (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status_idx ON Orders (status);
