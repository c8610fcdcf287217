-- expect: add-column-volatile-default
-- because: uuidv7() is volatile.
-- pg: 18
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
ALTER TABLE orders ADD COLUMN public_id uuid DEFAULT uuidv7();
