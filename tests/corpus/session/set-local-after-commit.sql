-- expect: ineffective-set-local
-- because: The transaction is over.
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
ALTER TABLE orders ADD COLUMN region text;
COMMIT;
set local statement_timeout to '5s';
ALTER TABLE orders ADD COLUMN city text;
