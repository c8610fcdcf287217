-- expect: update-all-rows
-- because: Nothing ties the two tables together, so every row is updated.
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
UPDATE orders SET note = customers.name FROM customers WHERE customers.id = 1;
