-- expect: set-not-null-scans
-- also: required-by-constraint
-- because: The column was just added with a default, but SET NOT NULL as a step of its own reads every row.
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
ALTER TABLE orders ADD COLUMN priority integer DEFAULT 1;
ALTER TABLE orders ALTER COLUMN priority SET NOT NULL;
