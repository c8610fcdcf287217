-- expect: index-drop-blocks-access
-- because: DROP INDEX takes ACCESS EXCLUSIVE on the table, and queues behind every open reader.
-- observed: ACCESS EXCLUSIVE on orders
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
DROP INDEX orders_status_idx;
