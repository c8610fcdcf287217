-- expect: nothing
-- because: A constant default is stored once, in the catalog.
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
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new', ADD COLUMN retries integer NOT NULL DEFAULT 0;
