-- expect: transaction-control
-- because: COMMIT ends the runner's transaction: what follows can't be rolled back with the rest.
-- transaction: file
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
ALTER TABLE orders ADD COLUMN region text;
COMMIT;
ALTER TABLE orders ADD COLUMN city text;
