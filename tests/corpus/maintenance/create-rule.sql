-- expect: advice:trigger-change
-- because: CREATE RULE takes ACCESS EXCLUSIVE for a moment.
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
CREATE RULE no_delete AS ON DELETE TO orders DO INSTEAD NOTHING;
