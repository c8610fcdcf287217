-- expect: delete-all-rows
-- because: WHERE true is no condition.
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
delete from only public.orders as o where true;
