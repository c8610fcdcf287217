-- expect: change-type-rewrites
-- because: The two have different sizes on disk: table and indexes are written anew under ACCESS EXCLUSIVE.
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
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
