-- expect: nothing
-- because: The name of a constraint is not part of what the application uses.
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
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);
-- migration
ALTER TABLE orders RENAME CONSTRAINT amount_positive TO orders_amount_positive;
