-- expect: delete-all-rows
-- because: A tautology is no condition.
-- transaction: file
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
DELETE FROM "orders" WHERE 1 = 1;
