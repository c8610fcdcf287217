-- expect: nothing
-- because: COMMIT has let go of the lock.
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
COMMIT;
BEGIN;
UPDATE orders SET region = 'eu' WHERE id BETWEEN 1 AND 100;
COMMIT;
