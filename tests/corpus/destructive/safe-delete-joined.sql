-- expect: nothing
-- because: The rows are found by a join and by a list.
-- observed: ROW EXCLUSIVE on orders; reads orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
DELETE FROM orders o USING customers c WHERE c.id = o.customer_id AND o.id IN (1, 2);
DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE id < 10);
