-- expect: nothing
-- because: The long work is done before the lock is taken.
-- observed: ACCESS EXCLUSIVE on orders; ROW EXCLUSIVE on orders_archive; reads orders
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
BEGIN;
INSERT INTO orders_archive SELECT * FROM orders WHERE amount < 100;
ALTER TABLE orders ADD COLUMN archived boolean;
COMMIT;
