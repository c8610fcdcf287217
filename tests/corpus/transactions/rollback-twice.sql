-- expect: transaction-control
-- because: The second ROLLBACK has nothing to roll back.
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
ALTER TABLE orders ADD COLUMN region text;
ROLLBACK;
ROLLBACK;
