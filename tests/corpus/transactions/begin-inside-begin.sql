-- expect: transaction-control
-- because: The second BEGIN is ignored with a warning, so the first COMMIT ends all.
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
BEGIN;
ALTER TABLE orders ADD COLUMN city text;
COMMIT;
