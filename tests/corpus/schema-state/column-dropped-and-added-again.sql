-- expect: drop-column
-- because: The new column has the old name, and nothing of its content.
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
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ADD COLUMN note jsonb;
