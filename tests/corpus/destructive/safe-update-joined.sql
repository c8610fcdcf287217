-- expect: nothing
-- because: The two tables are joined by a key, and the rows are few.
-- observed: ROW EXCLUSIVE on orders; reads customers
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
UPDATE orders o SET note = c.name FROM customers c WHERE c.id = o.customer_id AND o.id IN (1, 2, 3);
