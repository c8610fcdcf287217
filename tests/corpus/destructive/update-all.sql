-- expect: update-all-rows
-- because: Every row is locked and written anew until the one transaction ends.
-- observed: ROW EXCLUSIVE on orders; reads orders
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
UPDATE orders SET status = 'new';
