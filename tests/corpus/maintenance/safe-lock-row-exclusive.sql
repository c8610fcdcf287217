-- expect: nothing
-- because: ROW EXCLUSIVE is what any UPDATE takes.
-- observed: ROW EXCLUSIVE on orders
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
LOCK TABLE orders IN ROW EXCLUSIVE MODE;
LOCK TABLE orders IN ACCESS SHARE MODE;
COMMIT;
