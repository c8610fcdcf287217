-- expect: explicit-table-lock
-- because: SHARE keeps out every writer until the end of the transaction.
-- transaction: file
-- observed: SHARE on orders
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
lock orders in share mode nowait;
INSERT INTO orders (id, amount) VALUES (900001, 1);
