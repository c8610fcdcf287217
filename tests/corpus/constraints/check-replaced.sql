-- expect: add-check-scans
-- because: Dropping the old check of the same name is fine, adding the new one reads the table.
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
ALTER TABLE orders ADD CONSTRAINT amount_range CHECK (amount > 0);
-- migration
ALTER TABLE orders DROP CONSTRAINT amount_range;
ALTER TABLE orders ADD CONSTRAINT amount_range CHECK (amount >= 0);
