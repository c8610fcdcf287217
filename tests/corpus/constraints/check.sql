-- expect: add-check-scans
-- because: ADD CHECK reads the whole table under ACCESS EXCLUSIVE.
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
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);
