-- expect: rewrite-maintenance
-- because: CLUSTER writes the table anew in the order of an index, under ACCESS EXCLUSIVE.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
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
CLUSTER orders USING orders_pkey;
