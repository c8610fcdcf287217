-- expect: add-check-scans
-- because: The default needs no rewrite, but the CHECK reads every row under ACCESS EXCLUSIVE.
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
ALTER TABLE orders ADD COLUMN discount integer NOT NULL DEFAULT 0 CONSTRAINT discount_range CHECK (discount >= 0);
