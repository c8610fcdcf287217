-- expect: change-type-rewrites
-- also: change-type-narrows
-- because: Fewer digits mean rounding each value.
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
ALTER TABLE orders ALTER COLUMN created_at TYPE timestamptz(3);
