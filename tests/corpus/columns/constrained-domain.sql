-- expect: add-column-constrained-domain
-- because: The domain's check has to see a value in each row, so the table is rewritten even with a constant default.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE DOMAIN positive_int AS integer CHECK (VALUE > 0);
-- migration
ALTER TABLE orders ADD COLUMN quantity positive_int NOT NULL DEFAULT 1;
