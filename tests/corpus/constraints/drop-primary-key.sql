-- expect: drop-primary-key
-- also: drop-constraint
-- because: Without a key UPDATE and DELETE of a published table fail, and foreign keys to it can't be.
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
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
