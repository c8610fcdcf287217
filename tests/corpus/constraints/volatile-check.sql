-- expect: volatile-check
-- because: A row that is good today may fail tomorrow, when it is updated or restored.
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
ALTER TABLE orders ADD CONSTRAINT not_in_future CHECK (created_at <= now()) NOT VALID;
