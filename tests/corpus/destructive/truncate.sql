-- expect: truncate-table
-- because: All rows go under ACCESS EXCLUSIVE.
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
TRUNCATE TABLE orders;
