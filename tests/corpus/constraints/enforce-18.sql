-- expect: enforce-constraint-scans
-- because: Enforcing reads both tables under ACCESS EXCLUSIVE.
-- pg: 18
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
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT ENFORCED;
-- migration
ALTER TABLE orders ALTER CONSTRAINT orders_customer_fk ENFORCED;
