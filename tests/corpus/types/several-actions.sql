-- expect: change-type-rewrites, set-not-null-scans
-- because: Each action counts by itself.
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
-- migration
ALTER TABLE orders
    ALTER COLUMN amount TYPE numeric,
    ALTER COLUMN note TYPE varchar,
    ALTER COLUMN status SET NOT NULL;
