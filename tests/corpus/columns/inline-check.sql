-- expect: add-check-scans
-- because: An inline CHECK reads every row, though all have NULL in the new column.
-- observed: ACCESS EXCLUSIVE on orders; scans orders
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
ALTER TABLE orders ADD COLUMN discount integer CHECK (discount BETWEEN 0 AND 100);
