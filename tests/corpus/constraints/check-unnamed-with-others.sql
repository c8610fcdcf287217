-- expect: add-check-scans
-- because: The other actions are free; the check is not.
-- transaction: file
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
ALTER TABLE public.orders
    ADD COLUMN refunded integer DEFAULT 0,
    ALTER COLUMN status SET DEFAULT 'new',
    ADD CHECK (amount < 1000000);
