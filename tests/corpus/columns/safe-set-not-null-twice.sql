-- expect: nothing
-- because: The column is NOT NULL already, as part of the primary key.
-- observed: ACCESS EXCLUSIVE on orders
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
ALTER TABLE orders ALTER COLUMN id SET NOT NULL, ALTER COLUMN amount SET NOT NULL;
