-- expect: rename-table
-- because: Between the two statements nothing answers to the old name.
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
ALTER TABLE public.orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;
