-- expect: nothing
-- because: Savepoints within one transaction that ends.
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
RELEASE SAVEPOINT one;
COMMIT;
