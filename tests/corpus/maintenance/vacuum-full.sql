-- expect: rewrite-maintenance
-- because: VACUUM FULL writes the table anew under ACCESS EXCLUSIVE.
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
VACUUM FULL orders;
