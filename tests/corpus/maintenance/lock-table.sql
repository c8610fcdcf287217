-- expect: explicit-table-lock
-- because: Without a mode it is ACCESS EXCLUSIVE.
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
BEGIN;
LOCK TABLE orders;
COMMIT;
