-- expect: nothing
-- because: The column was added NOT NULL with a default, so it is NOT NULL already.
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
ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 1;
ALTER TABLE orders ALTER COLUMN priority SET NOT NULL;
