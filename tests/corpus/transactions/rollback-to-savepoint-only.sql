-- expect: unterminated-transaction
-- because: ROLLBACK TO ends nothing.
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
SAVEPOINT one;
ALTER TABLE orders ADD COLUMN region text;
ROLLBACK TO one;
