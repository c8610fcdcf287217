-- expect: delete-all-rows
-- because: A DELETE in a CTE deletes as well.
-- observed: ROW EXCLUSIVE on orders; ROW EXCLUSIVE on orders_archive; reads orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE TABLE orders_archive (LIKE orders);
-- migration
WITH moved AS (
    DELETE FROM orders RETURNING *
)
INSERT INTO orders_archive SELECT * FROM moved;
