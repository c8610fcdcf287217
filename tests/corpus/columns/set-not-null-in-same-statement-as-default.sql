-- expect: set-not-null-scans
-- also: required-by-constraint
-- because: NOT NULL DEFAULT 1 in one clause is free; as two actions of one statement it reads every row.
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
ALTER TABLE orders ADD COLUMN priority integer DEFAULT 1, ALTER COLUMN priority SET NOT NULL;
