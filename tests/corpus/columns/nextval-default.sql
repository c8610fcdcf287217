-- expect: add-column-volatile-default
-- because: nextval() is volatile.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE SEQUENCE order_numbers;
-- migration
ALTER TABLE orders ADD COLUMN number bigint DEFAULT nextval('order_numbers');
