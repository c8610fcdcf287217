-- expect: rename-table
-- because: The view does not have the old name.
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
-- migration
BEGIN;
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW order_list AS SELECT * FROM purchases;
COMMIT;
